// Command lines, labels and the words of healthchecks may hold what nobody should read on a page.
import { isHarmless, isTelling, isTellingInQuery, optionsOf } from "./mask-names.ts";

export const masked = "•••";

const quoted = `\\\\"[^"\\\\]*\\\\"|"(?:[^"\\\\]|\\\\.)*"|'[^']*'`;
const value = new RegExp(`${quoted}|[^\\s"'\`]+?(?=[;,)]{0,3}(?:[\\s"'\`]|$))|["'][^"'\\n]+$`, "y");

// Up to the last "@" before the path; a password that holds a slash too, unless what goes before it is a port.
const withPassword =
  /((?<![a-z0-9+.-])[a-z0-9+.-]+:\/\/[^\s:/@"']*:)(?:[^\s/?#"']*@|(?!\d+(?:[/?#,\s"']|$))[^\s"']*@)/gi;
/** A long name without a password is a token: `https://ghp_…@github.com`. */
const withToken = /((?<![a-z0-9+.-])[a-z0-9+.-]+:\/\/)[^\s:/@"']{16,}@/gi;
const ofDriver = /((?<![\w.-])[\w.-]+:)[^\s@"']+@(?=(?:tcp|unix)\()/gi;
const inQuery = /([?&])([\w.-]+)=([^&\s"'`#]+)/g;
const authorization =
  /((?:proxy-)?authorization\\?["']?\s*[:=]\s*\\?["']?)((?:basic|bearer|digest|token|negotiate|apikey|aws4-hmac-sha256)\s+)?([^\s"'`\\]+)/gi;
const bearer = /\b(bearer\s+)(?!(?:tokens?|auth\w*|of|is|or|and)\b)([^\s"'`\\]+)/gi;
/** "Basic settings" is a title: base64 has a digit, an end or capitals inside. */
const basic = /\b([Bb]asic\s+)(?=[A-Za-z0-9+/]*(?:\d|=|[a-z][A-Z]))[A-Za-z0-9+/]{6,}={0,2}/g;
const flag = /(?<![\w-])--?([A-Za-z][\w.-]*)\s+(?!-)/g;
const assignment = /(?<![\w.?&/@-])([\w.-]+)\\?["']?\s*([=:])\s*/g;

const programs =
  /(?<![\w-])((?:mysql|mariadb|curl|redis-|valkey-|keydb-|sshpass|mosquitto_|mongo|ldap|sqlcmd|bcp)[\w-]*)(\s(?:"[^"]*"|'[^']*'|[^;|&\n"'])*)/g;
const argument = new RegExp(`(${quoted}|[^\\s"']+)`);

/** Takes user names and passwords out of addresses, nothing else. */
export const maskAddresses = (text: string): string =>
  text.includes("@")
    ? text.replace(withPassword, `$1${masked}@`).replace(withToken, `$1${masked}@`).replace(ofDriver, `$1${masked}@`)
    : text;

const maskPair = (pair: string) => pair.replace(/^(\\?["']?[^:]*:).*?(\\?["']?)$/s, `$1${masked}$2`);

/** What to hide of an argument's successor: all of it, all unless it is an option itself, or what follows a colon. */
type Hide = "argument" | "value" | "pair" | null;

function hidden(hide: Hide, given: string): string | null {
  if (hide === "pair") return maskPair(given);
  if (hide === null || (hide === "value" && given.startsWith("-"))) return null;
  return isHarmless(given) ? given : masked;
}

/** One argument of a known program. */
function ofProgram(program: string, given: string): { shown: string; next: Hide } | null {
  const { whole = [], attached = [], pair = [] } = optionsOf(program) ?? {};
  if (whole.includes(given)) return { shown: given, next: "argument" };
  if (pair.includes(given)) return { shown: given, next: "pair" };
  if (given.startsWith("--")) {
    const [name = "", ...rest] = given.split("=");
    return rest.length > 0 && pair.includes(name) ? { shown: `${name}=${maskPair(rest.join("="))}`, next: null } : null;
  }
  const [short, rest] = [given.slice(0, 2), given.slice(2)];
  if (rest === "") return null;
  if ([...whole, ...attached].includes(short)) return { shown: isHarmless(rest) ? given : short + masked, next: null };
  return pair.includes(short) ? { shown: short + maskPair(rest), next: null } : null;
}

function inProgram(program: string, rest: string): string {
  let hide: Hide = null;
  return rest
    .split(argument)
    .map((part) => {
      if (part.trim() === "") return part;
      const instead = hidden(hide, part);
      const found = instead === null ? ofProgram(program, part) : null;
      hide = found?.next ?? null;
      return instead ?? found?.shown ?? part;
    })
    .join("");
}

/** A port, a tag or a state of health after a name, as in `auth:8080` or `token:1.2`. */
const isSuffix = (separator: string, text: string) => separator === ":" && /^v?\d[\d.]{0,9}(?![^/\s"'])/.test(text);

/** Masks the value behind each head that `tells` of a secret. A head is left alone otherwise, not what follows it. */
function maskBehind(text: string, head: RegExp, tells: (found: RegExpExecArray, given: string) => boolean): string {
  let shown = "";
  let done = 0;
  for (const found of text.matchAll(head)) {
    value.lastIndex = found.index + found[0].length;
    const given = found.index < done ? undefined : value.exec(text)?.[0];
    if (!given || isHarmless(given) || !tells(found, given)) continue;
    const start = found.index + found[0].length;
    const quote = /^\\?["']/.exec(given)?.[0] ?? "";
    shown += text.slice(done, start) + quote + masked + quote;
    done = start + given.length;
  }
  return shown + text.slice(done);
}

const tellsOfSecret = (name: string, separator: string, given: string) =>
  isTelling(name) && !/authorization$/i.test(name) && !isSuffix(separator, given);

/** Every pattern needs one of these, and thousands of labels have none. */
const worthwhile =
  /@|pass|pwd?|secret|token|jwt|cred|cookie|sig|key|auth|bearer|basic|code|mysql|mariadb|curl|redis|mosquitto|mongo|ldap|sqlcmd|bcp/i;

/** Nobody reads more of one argument or label, and some of the patterns take the square of a hostile text's length. */
const longest = 16_384;

/** Takes the secrets out of any text: a shell's line, a label, a header, an address. What is beyond 16 KiB is cut off. */
export function maskText(text: string): string {
  if (text.length > longest) return `${maskText(text.slice(0, longest))}…`;
  if (!worthwhile.test(text)) return text;
  const plain = maskAddresses(text)
    .replace(inQuery, (all, mark, name, given) =>
      isTellingInQuery(name) && !isHarmless(given) ? `${mark}${name}=${masked}` : all,
    )
    .replace(programs, (_, program, rest) => program + inProgram(program, rest))
    .replace(authorization, (_, head, scheme = "") => `${head}${scheme}${masked}`)
    .replace(bearer, `$1${masked}`)
    .replace(basic, `$1${masked}`);
  const flagless = maskBehind(plain, flag, ([, name = ""]) => isTelling(name));
  return maskBehind(flagless, assignment, ([, name = "", sign = ""], given) => tellsOfSecret(name, sign, given));
}

/** Behind these comes a line for a shell. */
const shellFollows = /^(?:-[a-z]*c|CMD-SHELL|--command)$/;
const assigned = /^(-{0,2}[\w.-]+)(\s*([=:])\s*)(.+)$/s;

/** The same for arguments: the value of a secret option is the whole next argument, whatever it holds. */
export function maskArguments(all: readonly string[]): string[] {
  let hide: Hide = null;
  let program = "";
  return all.map((given, index) => {
    const instead = hidden(hide, given);
    hide = null;
    if (instead !== null) return instead;
    if (shellFollows.test(all[index - 1] ?? "")) return maskText(given);
    if (optionsOf(given)) program = given;
    const known = program ? ofProgram(program, given) : null;
    if (known) {
      hide = known.next;
      return known.shown;
    }
    const [, name = "", middle = "", separator = "", rest = ""] = assigned.exec(given) ?? [];
    if (tellsOfSecret(name, separator, rest) && !isHarmless(rest)) return `${name}${middle}${masked}`;
    if (/^--?[A-Za-z][\w.-]*$/.test(given) && isTelling(given)) hide = "value";
    return maskText(given);
  });
}
