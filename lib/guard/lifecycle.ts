// What the guard does to containers on its own account: each verb once, with the engine's refusals as errors.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { maskText } from "../platform/mask.ts";
import { Container, type ImageConfig, ImageConfig as ImageConfigSchema, labels } from "./container.ts";
import { askEngine, type EngineOptions, EngineRefusal, engineJson, readAll, refusalOf } from "./engine.ts";

export type Step = { step: string; container?: string; message?: string };
export type Report = (step: Step) => void;

// Longer than any grace period of the stack: an engine that does not answer must not hold an operation for ever.
const longestCallMs = 300_000;

async function send(engine: EngineOptions, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await askEngine(engine, method, path, { body, signal: AbortSignal.timeout(longestCallMs) });
  const status = answer.statusCode ?? 502;
  // 304: it is as asked already.
  if (status >= 300 && status !== 304) throw await refusalOf(answer);
  const text = (await readAll(answer)).toString("utf8");
  return text.startsWith("{") ? JSON.parse(text) : undefined;
}

export const create = async (engine: EngineOptions, name: string, body: unknown): Promise<Container> => {
  const made = await send(engine, "POST", `/containers/create?name=${encodeURIComponent(name)}`, body);
  return inspect(engine, z.object({ Id: z.string() }).parse(made).Id);
};
export const start = async (engine: EngineOptions, id: string) =>
  void (await send(engine, "POST", `/containers/${id}/start`));
/** Takes as long as the container's own grace period. */
export const stop = async (engine: EngineOptions, id: string) =>
  void (await send(engine, "POST", `/containers/${id}/stop`));
/**
 * One that waits for its next restart has no sandbox, and the engine renames none such: it is stopped for that. A guard
 * that is killed in between leaves it stopped.
 */
export async function rename(engine: EngineOptions, id: string, name: string): Promise<void> {
  const ask = () => send(engine, "POST", `/containers/${id}/rename?name=${encodeURIComponent(name)}`);
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof EngineRefusal) || !/sandbox/i.test(error.message)) throw error;
    await stop(engine, id);
    await ask().finally(() => start(engine, id));
  }
}

/** @param volumes also removes the container's anonymous volumes. */
export async function remove(engine: EngineOptions, id: string, volumes: boolean): Promise<void> {
  try {
    await send(engine, "DELETE", `/containers/${id}?force=1&v=${volumes ? 1 : 0}`);
  } catch (error) {
    // Gone already, or another removal of it is under way.
    if (!(error instanceof EngineRefusal) || (error.status !== 404 && error.status !== 409)) throw error;
  }
}

/** Of the guard's own making; one that is used by now stays. */
export async function removeVolume(engine: EngineOptions, name: string): Promise<void> {
  try {
    await send(engine, "DELETE", `/volumes/${name}`);
  } catch (error) {
    if (!(error instanceof EngineRefusal) || (error.status !== 404 && error.status !== 409)) throw error;
  }
}

/** Answers the command's id; it has not begun. */
export const createExec = async (engine: EngineOptions, id: string, body: unknown): Promise<string> =>
  z.object({ Id: z.string().regex(/^[a-f0-9]{64}$/) }).parse(await send(engine, "POST", `/containers/${id}/exec`, body))
    .Id;

export const inspect = async (engine: EngineOptions, id: string): Promise<Container> =>
  Container.parse(await engineJson(engine, `/containers/${id}/json`));

const Listed = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()).nullish(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
);

/** Name and service of each container of the project; one-off `run` containers are left out. */
export async function listProject(engine: EngineOptions, service?: string) {
  const label = [`${labels.project}=${engine.project}`, `${labels.oneOff}=False`];
  if (service) label.push(`${labels.service}=${service}`);
  const filters = encodeURIComponent(JSON.stringify({ label }));
  const listed = Listed.parse(await engineJson(engine, `/containers/json?all=1&filters=${filters}`));
  return listed.map(({ Id, Names, Labels }) => ({
    ...{ id: Id, name: (Names?.[0] ?? "").replace(/^\//, ""), service: Labels?.[labels.service] ?? "" },
  }));
}

/** The service's containers as they are now. */
export async function containersOf(engine: EngineOptions, service: string): Promise<Container[]> {
  const found = await listProject(engine, service);
  return Promise.all(found.map(({ id }) => inspect(engine, id)));
}

export type LocalImage = { id: string; config: ImageConfig };

/** Null when the engine has no such image. */
export async function localImage(engine: EngineOptions, reference: string): Promise<LocalImage | null> {
  try {
    const answer = await engineJson(engine, `/images/${reference}/json`);
    const { Id, Config } = z.object({ Id: z.string(), Config: ImageConfigSchema }).parse(answer);
    return { id: Id, config: Config };
  } catch (error) {
    if (error instanceof EngineRefusal && error.status === 404) return null;
    throw error;
  }
}

const pollMs = 300;
/** A container without a healthcheck counts as well when it has run for so long. */
const settledMs = 3_000;
const marginMs = 30_000;
const longestWaitMs = 600_000;

/** As long as its own healthcheck may take to decide, and some. */
function patience({ Config: { Healthcheck } }: Container): number {
  const { StartPeriod = 0, Interval = 30e9, Timeout = 30e9, Retries = 3 } = Healthcheck ?? {};
  const decidedMs = (StartPeriod + (Interval + Timeout) * Math.max(Retries, 1)) / 1e6;
  return Math.min(decidedMs + marginMs, longestWaitMs);
}

/** Resolves when the container is healthy, reporting its probes. @throws Error saying why it is not. */
export async function waitHealthy(engine: EngineOptions, id: string, report: Report): Promise<void> {
  let told = "";
  const begin = Date.now();
  for (;;) {
    const container = await inspect(engine, id);
    const { Name, State, RestartCount } = container;
    if (!State.Running || State.Restarting || RestartCount > 0) {
      throw new Error(`${Name} ended with exit code ${State.ExitCode}`);
    }
    const probe = State.Health?.Log?.at(-1);
    if (probe && probe.Start !== told) {
      told = probe.Start;
      const message = `exit code ${probe.ExitCode}: ${maskText(probe.Output.trim()).slice(0, 300)}`;
      report({ step: "probe", container: Name, message });
    }
    if (State.Health?.Status === "healthy") return;
    if (State.Health?.Status === "unhealthy") throw new Error(`${Name} is unhealthy`);
    if (!State.Health && Date.now() - Date.parse(State.StartedAt) >= settledMs) return;
    if (Date.now() - begin > patience(container)) throw new Error(`${Name} did not become healthy in time`);
    await sleep(pollMs);
  }
}
