// Commands of a template in a running container. The engine has no way to end one: whoever asks again while one of this
// guard's goes on is refused.
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { z } from "zod";
import type { Member } from "./answers.ts";
import { askEngine, type EngineOptions, EngineRefusal, engineJson, refusalOf } from "./engine.ts";
import * as engineOf from "./lifecycle.ts";
import { type Ran, readFrames } from "./output.ts";
import { inItsWords, Refusal } from "./refusal.ts";
import { type Command, probeBody } from "./templates.ts";

const mostAtOnce = 4;
/** The engine's own, where a healthcheck names none. */
const usualTimeoutMs = 30_000;
const longestTimeoutMs = 600_000;
const lingerMs = 2_000;

const Target = z.object({
  State: z.object({ Running: z.boolean(), Paused: z.boolean().default(false) }),
  Config: z.object({
    Healthcheck: z.object({ Test: z.array(z.string()).nullish(), Timeout: z.number().optional() }).nullish(),
    Shell: z.array(z.string()).nullish(),
  }),
});
const Exec = z.object({ Running: z.boolean(), ExitCode: z.int().nullable() });

export type Commands = ReturnType<typeof createCommands>;

export function createCommands(options: EngineOptions & { log: Logger }) {
  const { log } = options;
  /** Containers with a command that goes on, though perhaps nobody waits for it any more. */
  const busy = new Set<string>();
  let waiting = 0;

  const look = async (exec: string) => Exec.parse(await engineJson(options, `/exec/${exec}/json`));

  /** While the engine is away nobody knows; of a container that is gone it knows no command. */
  const runs = async (exec: string) => {
    try {
      return (await look(exec)).Running;
    } catch (error) {
      return !(error instanceof EngineRefusal && error.status === 404);
    }
  };

  /** Frees the container once its command has ended. */
  async function release(id: string, exec: string | undefined) {
    while (exec && (await runs(exec))) await sleep(lingerMs, undefined, { ref: false });
    busy.delete(id);
  }

  return {
    /** Runs a template's command to its end. @throws Refusal; AbortError when the client left. */
    async run({ template }: Command, { id, service }: Member, by: string, left: AbortSignal): Promise<Ran> {
      const { State, Config } = Target.parse(await engineJson(options, `/containers/${id}/json`));
      const { Healthcheck } = Config;
      const body = probeBody(Healthcheck, Config.Shell ?? null);
      if (!body) throw new Refusal(409, `${service} has no healthcheck`, "info");
      if (!State.Running || State.Paused) throw new Refusal(409, `${service} does not run`, "info");
      if (busy.has(id)) throw new Refusal(409, `an earlier command in ${service} has not ended`, "info");
      if (waiting >= mostAtOnce) throw new Refusal(503, `${mostAtOnce} commands run already: try again`, "info");
      const ownMs = Math.ceil((Healthcheck?.Timeout ?? 0) / 1e6) || usualTimeoutMs;
      const limit = AbortSignal.timeout(Math.min(ownMs, longestTimeoutMs));
      busy.add(id);
      waiting++;
      let exec: string | undefined;
      const began = Date.now();
      try {
        exec = await engineOf.createExec(options, id, body);
        log.info({ profile: by, command: template, service, container: id }, "command begins");
        const signal = AbortSignal.any([left, limit]);
        const start = { Detach: false, Tty: false };
        const answer = await askEngine(options, "POST", `/exec/${exec}/start`, { body: start, signal });
        if (answer.statusCode !== 200) throw await refusalOf(answer);
        const written = await readFrames(answer);
        // This stream's end is the connection's: one that was cut looks like one that ended.
        signal.throwIfAborted();
        const { Running, ExitCode } = await look(exec);
        if (!Running) exec = undefined;
        const exitCode = ExitCode ?? -1;
        const tookMs = Date.now() - began;
        log.info({ command: template, service, exitCode, tookMs }, "command ended");
        return { exitCode, ...written, tookMs };
      } catch (error) {
        if (limit.aborted) throw new Refusal(504, `the healthcheck of ${service} takes longer than it may`, "info");
        throw inItsWords(error);
      } finally {
        waiting--;
        void release(id, exec);
      }
    },
  };
}
