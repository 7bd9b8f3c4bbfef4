// Helper containers: made of a template, run to their end, read and removed. A label marks them, so that one which an
// ended guard left is found by the next.
//
// checked -> created -> started -> ended -> read -> removed         too long, or nobody waits any more -> removed
import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import { z } from "zod";
import { labels } from "./container.ts";
import { askEngine, type EngineOptions, EngineRefusal, engineJson, readJson, refusalOf } from "./engine.ts";
import * as engineOf from "./lifecycle.ts";
import { type Ran, readFrames } from "./output.ts";
import { inItsWords, Refusal } from "./refusal.ts";
import { type Helper, helperBody, helperLabel, longestHelperMs } from "./templates.ts";

/** At a time: what reads disks must not slow down what serves people. */
const mostAtOnce = 2;

const Labels = z.record(z.string(), z.string()).nullish();
const Volume = z.object({ Driver: z.string(), Options: Labels, Labels });
const Listed = z.array(z.object({ Id: z.string(), Names: z.array(z.string()).nullish() }));

async function readVolume(engine: EngineOptions, name: string): Promise<z.infer<typeof Volume> | null> {
  try {
    return Volume.parse(await engineJson(engine, `/volumes/${name}`));
  } catch (error) {
    if (error instanceof EngineRefusal && error.status === 404) return null;
    throw error;
  }
}

const missing = (level: "info" | "warn") => new Refusal(404, "no such volume in this project", level);

/** A volume of this project that the engine keeps itself. @throws Refusal */
async function checkVolume(engine: EngineOptions, name: string): Promise<void> {
  const volume = await readVolume(engine, name);
  if (!volume) throw missing("info");
  if (volume.Labels?.[labels.project] !== engine.project) throw missing("warn");
  // Options make it a directory of the host, or a share that may not answer.
  if (volume.Driver !== "local" || Object.keys(volume.Options ?? {}).length > 0) {
    throw new Refusal(409, `${name} is kept elsewhere by its driver's options`, "info");
  }
}

/** The guard's own image: it is here, and it is what this file was written for. */
async function ownImage(engine: EngineOptions): Promise<string> {
  const [own] = await engineOf.containersOf(engine, "docker-guard");
  if (!own) throw new Refusal(503, "docker-guard does not find its own container", "info");
  return own.Image;
}

/** Waits for the end. @throws the signal's reason */
async function untilEnded(engine: EngineOptions, id: string, signal: AbortSignal): Promise<number> {
  const answer = await askEngine(engine, "POST", `/containers/${id}/wait`, { signal });
  if (answer.statusCode !== 200) throw await refusalOf(answer);
  return z.object({ StatusCode: z.int() }).parse(await readJson(answer)).StatusCode;
}

const Volumes = z.object({ Volumes: z.array(z.object({ Name: z.string(), Labels })).nullable() });

/** Longer than reading what a helper wrote may take. */
const longestLogsMs = 30_000;

export type Helpers = ReturnType<typeof createHelpers>;

export function createHelpers(options: EngineOptions & { log: Logger }) {
  const { log, project } = options;
  const closing = new AbortController();
  /** Names of those that somebody waits for, and their volumes. */
  const current = new Map<string, string>();
  const running = new Set<Promise<unknown>>();

  /** One that cannot be removed now is found again. */
  const remove = (id: string, name: string) =>
    engineOf
      .remove(options, id, true)
      .catch((err: unknown) => log.error({ err, container: name }, "a helper could not be removed"));

  /** Removes what nobody waits for: helpers, and volumes that the engine made for one. */
  async function sweep(): Promise<void> {
    const label = [`${labels.project}=${project}`, `${labels.oneOff}=True`, helperLabel];
    const filters = encodeURIComponent(JSON.stringify({ label }));
    const listed = Listed.parse(await engineJson(options, `/containers/json?all=1&filters=${filters}`));
    for (const { Id, Names } of listed) {
      const name = (Names?.[0] ?? "").replace(/^\//, "");
      if (current.has(name)) continue;
      log.warn({ container: name }, "removing a helper that was left");
      await remove(Id, name);
    }
    const made = encodeURIComponent(JSON.stringify({ label: [helperLabel], dangling: ["true"] }));
    const volumes = Volumes.parse(await engineJson(options, `/volumes?filters=${made}`));
    for (const { Name, Labels } of volumes.Volumes ?? []) {
      const helper = Labels?.[helperLabel] ?? "";
      if (helper.startsWith(`${project}-`) && !current.has(helper)) await engineOf.removeVolume(options, Name);
    }
  }

  async function make(helper: Helper, name: string): Promise<string> {
    await checkVolume(options, helper.volume);
    await sweep();
    const body = helperBody({ helper, project, imageId: await ownImage(options), name });
    const { Id } = await engineOf.create(options, name, body);
    // Removed since it was looked at, the engine made it anew for the helper.
    if ((await readVolume(options, helper.volume))?.Labels?.[helperLabel] === name) {
      await remove(Id, name);
      await engineOf.removeVolume(options, helper.volume);
      throw missing("info");
    }
    return Id;
  }

  async function runOnce(helper: Helper, name: string, left: AbortSignal): Promise<Ran> {
    const { template, volume } = helper;
    const began = Date.now();
    const id = await make(helper, name);
    try {
      left.throwIfAborted();
      await engineOf.start(options, id);
      const limit = AbortSignal.timeout(longestHelperMs[template]);
      const exitCode = await untilEnded(options, id, AbortSignal.any([left, limit])).catch((error: unknown) => {
        if (limit.aborted) throw new Refusal(504, `${volume} takes too long to read`, "info");
        throw error;
      });
      const signal = AbortSignal.timeout(longestLogsMs);
      const logs = await askEngine(options, "GET", `/containers/${id}/logs?stdout=1&stderr=1`, { signal });
      if (logs.statusCode !== 200) throw await refusalOf(logs);
      return { exitCode, ...(await readFrames(logs)), tookMs: Date.now() - began };
    } finally {
      await remove(id, name);
    }
  }

  return {
    sweep,
    /** Ends them all; resolves once they are removed. */
    async close(): Promise<void> {
      closing.abort();
      await Promise.allSettled(running);
    },
    /** @throws Refusal; AbortError when the client left. */
    async run(helper: Helper, by: string, left: AbortSignal): Promise<Ran> {
      const { template, volume } = helper;
      if ([...current.values()].includes(volume)) {
        throw new Refusal(503, `another helper looks at ${volume}: try again`, "info");
      }
      if (current.size >= mostAtOnce) throw new Refusal(503, `${mostAtOnce} helpers run already: try again`, "info");
      const name = `${project}-${template}-${randomUUID().slice(0, 8)}`;
      current.set(name, volume);
      log.info({ profile: by, helper, container: name }, "helper begins");
      const work = runOnce(helper, name, AbortSignal.any([left, closing.signal]));
      running.add(work);
      try {
        const ran = await work;
        log.info({ helper, exitCode: ran.exitCode, tookMs: ran.tookMs }, "helper ended");
        return ran;
      } catch (error) {
        throw inItsWords(error);
      } finally {
        current.delete(name);
        running.delete(work);
      }
    },
  };
}
