// Regular expressions of viewers, run where the worst of them harms nobody: in threads of their own, each search with a
// time limit. Measured on lines of 200 bytes: 0.2 us a line, against 7 to 20 us with RE2 in WebAssembly or JavaScript,
// which would still hold this process for 0.8 s with `a{0,1000}b` on one line of 16 KiB.
import { Worker } from "node:worker_threads";
import { Invalid, Unavailable } from "../platform/errors.ts";
import { onShutdown, processWide } from "../platform/process-wide.ts";

/** For each text: start and end of each match, or null where there is none. */
export type Marks = (number[] | null)[];
export type Pattern = { source: string; flags: string };

const mostThreads = 2;
const deadlineMs = 1_000;
const startMs = 10_000;
const idleMs = 10_000;
const longestWait = 200;
const refusedFor = 5 * 60_000;

// As text, since the bundlers of portal and worker would each need to be told of a further entry point.
const program = `
const { parentPort } = require("node:worker_threads");
const most = 50;
let last = { key: "", regex: null };
parentPort.on("message", ({ source, flags, texts }) => {
  const key = flags + source;
  if (last.key !== key) last = { key, regex: new RegExp(source, flags) };
  const { regex } = last;
  parentPort.postMessage(texts.map((text) => {
    regex.lastIndex = 0;
    let marks = null;
    for (let match = regex.exec(text); match; match = regex.exec(text)) {
      marks ??= [];
      if (match[0] === "") regex.lastIndex += 1;
      else marks.push(match.index, regex.lastIndex);
      if (marks.length >= 2 * most || regex.lastIndex > text.length) break;
    }
    return marks;
  }));
});
parentPort.postMessage("ready");
`;

const literal = /[\\^$.*+?()[\]{}|/-]/g;

/** @throws Invalid when it is no regular expression. Lower case alone matches either case. */
export function patternOf(text: string, plain: boolean): Pattern {
  const source = plain ? text.replace(literal, "\\$&") : text;
  // Escapes such as \S and \W are no capitals.
  const flags = /\p{Lu}/u.test(plain ? text : source.replace(/\\[a-zA-Z]/g, "")) ? "g" : "gi";
  try {
    new RegExp(source, flags);
  } catch (error) {
    // "Invalid regular expression: /(a/gi: Unterminated group"
    const reason = (error instanceof Error ? error.message : "").split(": ").at(-1)?.toLowerCase() ?? "";
    throw new Invalid("bad-pattern", `The search is no regular expression: ${reason.slice(0, 200)}.`);
  }
  return { source, flags };
}

const tooSlow = () =>
  new Invalid(
    "search-too-slow",
    "This expression takes too long on the lines it was tried on. Avoid repetitions inside repetitions, such as (a+)+.",
  );

type Job = { pattern: Pattern; texts: string[]; resolve: (marks: Marks) => void; reject: (error: unknown) => void };
type Thread = { worker: Worker; job: Job | null; timer: NodeJS.Timeout | undefined; ready: boolean };

export function createMatcher(limits = { deadlineMs, startMs, idleMs }) {
  const threads = new Set<Thread>();
  const queue: Job[] = [];
  const refused = new Map<string, number>();
  const keyOf = ({ source, flags }: Pattern) => `${flags} ${source}`;

  function arm(thread: Thread, ms: number, onTime: () => void) {
    clearTimeout(thread.timer);
    thread.timer = setTimeout(onTime, ms);
    thread.timer.unref();
  }

  function drop(thread: Thread, error: unknown) {
    if (!threads.delete(thread)) return;
    clearTimeout(thread.timer);
    void thread.worker.terminate();
    thread.job?.reject(error);
    dispatch();
  }

  function start() {
    const resourceLimits = { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 8, stackSizeMb: 2 };
    const worker = new Worker(program, { eval: true, env: {}, execArgv: [], resourceLimits });
    worker.unref();
    const thread: Thread = { worker, job: null, timer: undefined, ready: false };
    threads.add(thread);
    arm(thread, limits.startMs, () => drop(thread, new Unavailable("search-unavailable", "The search did not start.")));
    worker.on("error", (error) => drop(thread, error));
    worker.on("message", (answer: "ready" | Marks) => {
      const { job } = thread;
      thread.job = null;
      thread.ready = true;
      if (job && answer !== "ready") job.resolve(answer);
      arm(thread, limits.idleMs, () => drop(thread, null));
      dispatch();
    });
  }

  function dispatch() {
    while (queue.length > 0) {
      const free = [...threads].find(({ job, ready }) => ready && !job);
      if (!free) {
        if (threads.size < mostThreads && ![...threads].some(({ ready }) => !ready)) start();
        return;
      }
      const job = queue.shift() as Job;
      free.job = job;
      arm(free, limits.deadlineMs, () => {
        refused.set(keyOf(job.pattern), Date.now());
        drop(free, tooSlow());
      });
      free.worker.postMessage({ ...job.pattern, texts: job.texts });
    }
  }

  return {
    /** @throws Invalid when it takes too long, Unavailable when too many search at once. */
    async search(pattern: Pattern, texts: string[]): Promise<Marks> {
      if (texts.length === 0) return [];
      const at = refused.get(keyOf(pattern));
      if (at !== undefined && Date.now() - at < refusedFor) throw tooSlow();
      if (refused.size > 1_000) refused.clear();
      if (queue.length >= longestWait)
        throw new Unavailable("search-busy", "Too many searches run at once. Try again.");
      return new Promise((resolve, reject) => {
        queue.push({ pattern, texts, resolve, reject });
        dispatch();
      });
    },
    threads: () => threads.size,
    close() {
      const stops = new Unavailable("stopping", "The portal stops.");
      for (const { reject } of queue.splice(0)) reject(stops);
      for (const thread of [...threads]) drop(thread, stops);
    },
  };
}

export type Matcher = ReturnType<typeof createMatcher>;

export const matcher = (): Matcher =>
  processWide("log-matcher", () => {
    const made = createMatcher();
    onShutdown(made.close);
    return made;
  });
