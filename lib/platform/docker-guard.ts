// What docker-guard does by itself rather than pass on: recreate and scale, and what it tells of the rest of the host.
import http from "node:http";
import { z } from "zod";
import { env } from "./env.ts";
import { AppError, Conflict, Forbidden, NotFound, Unavailable } from "./errors.ts";

export type GuardOrder = { service: string } & (
  | { kind: "recreate"; image: string }
  | { kind: "scale"; replicas: number }
);
export type GuardStep = { step: string; container: string | null; message: string | null };

const Begun = z.object({ id: z.string(), order: z.object({ service: z.string() }) });
const Ended = Begun.extend({ result: z.enum(["done", "rolled-back", "failed"]), message: z.string().nullable() });
const Step = z.object({ step: z.string(), container: z.string().optional(), message: z.string().optional() });
const Line = z.union([Ended, Begun, Step]);

const largestAnswer = 8 * 1024 * 1024;

function ask(method: "GET" | "POST", path: string, signal?: AbortSignal): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = http.request({ socketPath: env().dockerSocket, method, path, agent: false, signal });
    request.once("response", resolve);
    request.once("error", ({ message }) =>
      reject(new Unavailable("engine-unreachable", `The docker-guard does not answer: ${message.slice(0, 200)}`)),
    );
    request.end();
  });
}

async function readText(answer: http.IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of answer.setEncoding("utf8")) {
    text += chunk;
    if (text.length > largestAnswer) throw new AppError("guard-failed", 502, "docker-guard's answer is too large.");
  }
  return text;
}

async function refuse(answer: http.IncomingMessage): Promise<never> {
  const parsed = z.object({ message: z.string() }).safeParse(JSON.parse((await readText(answer)) || "{}"));
  const words = (parsed.data?.message ?? `status ${answer.statusCode}`).replace(/^docker-guard: /, "").slice(0, 300);
  if (answer.statusCode === 404) throw new NotFound("no-such-service", `The docker-guard says: ${words}.`);
  if (answer.statusCode === 409) throw new Conflict("guard-refused", `The docker-guard says: ${words}.`);
  if (answer.statusCode === 403) throw new Forbidden("guard-refused", `The docker-guard refuses this: ${words}.`);
  if (answer.statusCode === 503) throw new Unavailable("guard-not-ready", `The docker-guard says: ${words}.`);
  if (answer.statusCode === 504) throw new AppError("too-slow", 504, `The docker-guard says: ${words}.`);
  throw new AppError("guard-failed", 502, `The docker-guard could not do it: ${words}.`);
}

/**
 * Has docker-guard do it and calls back with every step. Resolves when it is done; it goes on whatever becomes of us.
 * @param begun runs once the guard has taken the order: what is thrown before it, nothing was touched.
 * @throws Conflict, NotFound, Unavailable when it is refused; AppError "rolled-back" or "half-done" when it failed.
 */
export async function order(what: GuardOrder, onStep: (step: GuardStep) => void, begun = () => {}): Promise<void> {
  const query = what.kind === "recreate" ? `image=${what.image}` : `replicas=${what.replicas}`;
  const answer = await ask("POST", `/taylordash/services/${encodeURIComponent(what.service)}/${what.kind}?${query}`);
  if (answer.statusCode !== 200) return refuse(answer);
  let ended: z.infer<typeof Ended> | null = null;
  let rest = "";
  try {
    for await (const chunk of answer.setEncoding("utf8")) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const text of lines) {
        const line = Line.parse(JSON.parse(text));
        if ("result" in line) ended = line;
        else if ("order" in line) begun();
        else onStep({ step: line.step, container: line.container ?? null, message: line.message ?? null });
      }
    }
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) throw error;
    // A cut connection: told apart below.
  }
  if (!ended) {
    throw new Unavailable(
      "guard-lost",
      "The connection to docker-guard was lost before it told the result. It goes on by itself, or puts back what was; the list shows which.",
    );
  }
  const failure = failureOf(ended);
  if (failure) throw failure;
}

/** Null when it is done. */
export function failureOf({ result, message }: Pick<z.infer<typeof Ended>, "result" | "message">): AppError | null {
  if (result === "done") return null;
  const why = (message ?? "it did not say why").replace(/\.$/, "").slice(0, 500);
  return result === "rolled-back"
    ? new AppError("rolled-back", 502, `It failed, and everything is as it was before: ${why}.`)
    : new AppError("half-done", 502, `It failed half-way, and docker-guard goes on repairing it: ${why}.`);
}

const Operation = z.object({
  order: z.object({ kind: z.enum(["recreate", "scale"]), service: z.string() }),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
  result: z.enum(["done", "rolled-back", "failed"]).nullable(),
  message: z.string().nullable(),
});
export type GuardOperation = z.infer<typeof Operation>;

/** The last twenty recreates and scalings since docker-guard began, the newest first. */
export async function listOperations(): Promise<GuardOperation[]> {
  const answer = await ask("GET", "/taylordash/operations");
  if (answer.statusCode !== 200) return refuse(answer);
  return z.object({ operations: z.array(Operation) }).parse(JSON.parse(await readText(answer))).operations;
}

const PullLine = z.object({ status: z.string(), id: z.string(), error: z.string() }).partial();

async function refusePull(answer: http.IncomingMessage): Promise<never> {
  const text = await readText(answer);
  const { message = `status ${answer.statusCode}` } = z
    .object({ message: z.string() })
    .partial()
    .parse(JSON.parse(text));
  const words = message.slice(0, 300).replace(/\.?$/, ".");
  if (message.startsWith("docker-guard: ")) throw new Conflict("guard-refused", words);
  throw new AppError("pull-failed", 502, `The registry did not give it: ${words}`);
}

/**
 * Fetches what the tag of a running service points to at its registry, and calls back with each new state of a layer.
 * @throws Conflict when docker-guard refuses; AppError "pull-failed" when the registry does.
 */
export async function pull(image: { repository: string; tag: string }, onState: (text: string) => void): Promise<void> {
  const query = new URLSearchParams({ fromImage: image.repository, tag: image.tag });
  const answer = await ask("POST", `/images/create?${query}`);
  if (answer.statusCode !== 200) return refusePull(answer);
  let rest = "";
  let last = "";
  const told = new Set<string>();
  const take = (text: string) => {
    const { status = "", id = "", error } = PullLine.parse(JSON.parse(text));
    if (error) throw new AppError("pull-failed", 502, `The registry did not give it: ${error.slice(0, 300)}`);
    last = [id, status].filter(Boolean).join(" ");
    // A layer's progress comes many times a second.
    if (last !== "" && !told.has(last)) onState(last.slice(0, 300));
    told.add(last);
  };
  for await (const chunk of answer.setEncoding("utf8")) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) if (text.trim()) take(text);
  }
  if (!last.startsWith("Status: "))
    throw new Unavailable("guard-lost", "The connection was lost before the image was here.");
}

const Foreign = z.array(
  z.object({
    name: z.string(),
    image: z.string(),
    state: z.string(),
    status: z.string(),
    project: z.string().nullable(),
  }),
);
export type ForeignContainer = z.infer<typeof Foreign>[number];

/** The host's containers that are none of this project's: nothing that could be acted on. */
export async function listForeign(): Promise<ForeignContainer[]> {
  const answer = await ask("GET", "/taylordash/foreign-containers");
  if (answer.statusCode !== 200) return refuse(answer);
  return Foreign.parse(JSON.parse(await readText(answer)));
}

const Ran = z.object({
  ...{ exitCode: z.int(), output: z.string(), errors: z.string() },
  ...{ truncated: z.boolean(), tookMs: z.number() },
});
/** What a helper or a command did and wrote to its two streams: secrets masked, 16 KiB of each. */
export type Ran = z.infer<typeof Ran>;

/** Longer than docker-guard lets any of them take. */
const longestTemplateMs = 900_000;

/** On the worker's socket alone. @throws Conflict, NotFound, Unavailable; AppError "too-slow" */
async function runTemplate(path: string, ending?: AbortSignal): Promise<Ran> {
  const limit = AbortSignal.timeout(longestTemplateMs);
  try {
    const answer = await ask("POST", path, ending ? AbortSignal.any([ending, limit]) : limit);
    if (answer.statusCode !== 200) return await refuse(answer);
    return Ran.parse(JSON.parse(await readText(answer)));
  } catch (error) {
    if (limit.aborted) throw new AppError("too-slow", 504, "The docker-guard does not answer in time.");
    if (!ending?.aborted) throw error;
    throw new Unavailable("worker-ends", "The worker is being restarted: try again in a moment.");
  }
}

/** Runs a container's own healthcheck once, now; the engine's verdict on it stays as it is. */
export const runProbe = (id: string, signal?: AbortSignal): Promise<Ran> =>
  runTemplate(`/taylordash/containers/${id}/probe`, signal);

const outOfMemory = 137;

/** Bytes that a volume takes on its disk, counted by a helper container that sees this volume alone. */
export async function measureVolume(name: string, signal?: AbortSignal): Promise<number> {
  const path = `/taylordash/helpers/volume-usage?volume=${encodeURIComponent(name)}`;
  return bytesOf(await runTemplate(path, signal));
}

/**
 * What `du` counted. Files that go meanwhile are told of as errors, and the sum is right all the same; with any other
 * error a part of the volume is missing from it. @throws AppError
 */
export function bytesOf({
  exitCode,
  output,
  errors,
  truncated,
}: Pick<Ran, "exitCode" | "output" | "errors" | "truncated">) {
  const failed = (why: string) => new AppError("not-counted", 502, `It could not be counted: ${why}`);
  if (exitCode === outOfMemory)
    throw failed("the helper ran out of memory, as it does where millions of files have two names.");
  const lines = errors.split("\n").filter((line) => line.trim() !== "");
  // Among those that are left out may be one that matters.
  if (truncated) throw failed("too many files went while they were counted.");
  const real = lines.find((line) => !line.endsWith(": No such file or directory"));
  const [, bytes] = /^(\d+)\t\/volume$/m.exec(output) ?? [];
  if (real || bytes === undefined) throw failed(real?.slice(0, 200) ?? `exit code ${exitCode}.`);
  return Number(bytes);
}
