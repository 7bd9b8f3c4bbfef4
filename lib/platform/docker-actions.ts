// What the portal may do to containers of its project, through docker-guard, which checks the same once more.
import Docker from "dockerode";
import { env } from "./env.ts";
import { AppError, Conflict, Forbidden, NotFound, Unavailable } from "./errors.ts";
import { processWide } from "./process-wide.ts";

const docker = () => processWide("docker", () => new Docker({ socketPath: env().dockerSocket }));

type EngineError = { statusCode?: number; json?: { message?: string }; message?: string };

function translate(error: unknown): never {
  const { statusCode, json, message } = error as EngineError;
  const words = (json?.message ?? message ?? String(error)).replace(/^docker-guard: /, "").slice(0, 300);
  if (statusCode === 404)
    throw new NotFound("no-such-container", "The container is gone. The list shows what there is now.");
  if (statusCode === 409) throw new Conflict("engine-conflict", `The engine does not do this now: ${words}`);
  if (statusCode === 403) throw new Forbidden("guard-refused", `The docker-guard refuses this: ${words}`);
  if (statusCode === undefined)
    throw new Unavailable("engine-unreachable", `The Docker engine does not answer: ${words}`);
  throw new AppError("engine-failed", 502, `The engine could not do it: ${words}`);
}

/** The engine answers 304 when there is nothing to do, which is success. */
const unlessDone = (error: unknown) => {
  if ((error as EngineError).statusCode !== 304) translate(error);
};

export const startContainer = async (id: string): Promise<void> =>
  void (await docker().getContainer(id).start().catch(unlessDone));

/** Asks it to end, and kills it after the container's own stop timeout. */
export const stopContainer = async (id: string): Promise<void> =>
  void (await docker().getContainer(id).stop().catch(unlessDone));

export const restartContainer = async (id: string): Promise<void> =>
  void (await docker().getContainer(id).restart().catch(translate));
