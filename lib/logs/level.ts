// How bad a line is, from the ways programs say it: JSON, logfmt, and words or letters in front.
export const levels = ["none", "trace", "debug", "info", "warn", "error", "fatal"] as const;
export type Level = (typeof levels)[number];

const words: Readonly<Record<string, Level>> = {
  trace: "trace",
  finest: "trace",
  silly: "trace",
  verbose: "debug",
  debug: "debug",
  debug1: "debug",
  debug2: "debug",
  debug3: "debug",
  debug4: "debug",
  debug5: "debug",
  fine: "debug",
  info: "info",
  information: "info",
  informational: "info",
  notice: "info",
  log: "info",
  statement: "none",
  warn: "warn",
  warning: "warn",
  error: "error",
  err: "error",
  severe: "error",
  fatal: "fatal",
  critical: "fatal",
  crit: "fatal",
  panic: "fatal",
  alert: "fatal",
  emerg: "fatal",
  emergency: "fatal",
};

// Pino and bunyan number their levels.
const ofNumber = (value: number): Level =>
  value >= 10 && value <= 69 ? ((levels[Math.floor(value / 10)] as Level | undefined) ?? "none") : "none";

const looked = 2_048;
const inJson =
  /"(?:level|lvl|severity|loglevel|log\.level|level_?name|@l|@level)"\s*:\s*(?:"([A-Za-z0-9]{1,15})"|(\d{1,2})\b)/i;
const inLogfmt = /(?:^|\s)(?:level|lvl|severity)="?([A-Za-z0-9]{1,15})/i;
// "[error]", "ERROR:", "2026-11-24 20:02:36 WARN  [org..]", "LOG:  checkpoint": a word of the list, set apart, near the
// start. Bare words count in capitals only, since "error" in the middle of a sentence says nothing of the line's level.
const inFront =
  /(?:^|[\s\]|])(?:\[\s?([A-Za-z0-9]{3,13})\s?\]|<([A-Za-z]{3,13})>|([A-Za-z][A-Za-z0-9]{2,12}):|([A-Z]{3,13}))(?=[\s:|[]|$)/g;
// glog: severity letter, month and day, time.
const glog = /^([IWEF])\d{4} \d\d:\d\d:\d\d/;
const glogLetters: Readonly<Record<string, Level>> = { I: "info", W: "warn", E: "error", F: "fatal" };
const frontLength = 96;

const levelOf = (word: string | undefined): Level => {
  if (!word) return "none";
  const name = word.toLowerCase();
  return Object.hasOwn(words, name) ? (words[name] as Level) : "none";
};

/** `text` without terminal colours. */
export function detectLevel(text: string): Level {
  const part = text.length > looked ? text.slice(0, looked) : text;
  if (part.startsWith("{")) {
    const found = inJson.exec(part);
    return found ? (found[2] ? ofNumber(Number(found[2])) : levelOf(found[1])) : "none";
  }
  const letter = glog.exec(part)?.[1];
  if (letter) return glogLetters[letter] ?? "none";
  if (part.includes("=")) {
    const level = levelOf(inLogfmt.exec(part)?.[1]);
    if (level !== "none") return level;
  }
  for (const match of part.slice(0, frontLength).matchAll(inFront)) {
    const level = levelOf(match[1] ?? match[2] ?? match[3] ?? match[4]);
    if (level !== "none") return level;
  }
  return "none";
}

const continuation = /^(?:\s+(?:at |\.\.\. |\S)|Caused by: |Traceback |(?:STATEMENT|DETAIL|HINT|CONTEXT|QUERY):)/;

/** Whether a line without a level of its own belongs to the one before, as the frames of a stack trace do. */
export const continues = (text: string): boolean => continuation.test(text);
