// Recreates a service's containers with the image its tag points to.
//
// renaming -> creating -> stopping the old -> starting the new -> waiting -> (next replica) -> chosen -> old removed
//    └───────────┴──────────────┴───────────────────┴──────────────┴──> rolled back (new removed, old started, renamed)
//
// Until the choice is written every replica's old container is kept, so all of them go back, or none. The suffix of its
// name marks an old one: what is found with it at the guard's start is finished or rolled back by repair.ts.
import { type Container, createBody, numberOf } from "./container.ts";
import { choose } from "./desired.ts";
import type { EngineOptions } from "./engine.ts";
import * as engineOf from "./lifecycle.ts";
import { imageReference } from "./policy.ts";
import { Refusal } from "./refusal.ts";

export const previousSuffix = ".previous";

export type Pair = { old: Container; name: string; fresh?: string };
export type Work = (report: engineOf.Report) => Promise<void>;
export type OperationOptions = EngineOptions & { desiredDirectory: string };

/** The service's one image reference. @throws Refusal when its containers disagree or it names no tag. */
export function referenceOf(service: string, containers: readonly Container[]): string {
  const references = [...new Set(containers.map(({ Config }) => Config.Image))];
  const [reference = ""] = references;
  if (references.length !== 1 || !new RegExp(`^${imageReference}$`).test(reference)) {
    throw new Refusal(409, `the containers of ${service} name no one image: ./taylordash up makes them alike`);
  }
  return reference;
}

/** Back to the old container, whatever was done to it; its name comes last, so that a kill in between is seen. */
export async function rollBack(engine: EngineOptions, { old, name, fresh }: Pair, report: engineOf.Report) {
  report({ step: "roll-back", container: name });
  if (fresh) await engineOf.remove(engine, fresh, false);
  await engineOf.start(engine, old.Id);
  const { Name } = await engineOf.inspect(engine, old.Id);
  if (Name !== name) await engineOf.rename(engine, old.Id, name);
}

async function replace(
  engine: EngineOptions,
  pair: Pair,
  { reference, imageId }: { reference: string; imageId: string },
  report: engineOf.Report,
) {
  const { old, name } = pair;
  const image = await engineOf.localImage(engine, old.Image);
  report({ step: "rename", container: name, message: `${name}${previousSuffix}` });
  await engineOf.rename(engine, old.Id, `${name}${previousSuffix}`);
  report({ step: "create", container: name, message: `${reference} (${imageId})` });
  const fresh = await engineOf.create(engine, name, createBody({ container: old, image: image?.config, imageId }));
  pair.fresh = fresh.Id;
  // The tag may have moved since it was looked up: what runs must be what was asked for.
  if (fresh.Image !== imageId) throw new Error(`${reference} points to another image by now: ${fresh.Image}`);
  report({ step: "stop", container: `${name}${previousSuffix}` });
  await engineOf.stop(engine, old.Id);
  report({ step: "start", container: name });
  await engineOf.start(engine, fresh.Id);
  report({ step: "wait", container: name });
  await engineOf.waitHealthy(engine, fresh.Id, report);
  report({ step: "healthy", container: name });
}

/** Checks everything that can be refused, then answers the work. @throws Refusal */
export async function prepareRecreate(options: OperationOptions, service: string, imageId: string): Promise<Work> {
  const containers = await engineOf.containersOf(options, service);
  if (containers.length === 0) throw new Refusal(404, `no service ${service} in this project`, "info");
  if (service === "docker-guard") throw new Refusal(409, "the guard cannot recreate itself: ./taylordash up does");
  const stopped = containers.find(({ State }) => !State.Running);
  if (stopped) throw new Refusal(409, `${stopped.Name} does not run: start it first`);
  const reference = referenceOf(service, containers);
  const tagged = await engineOf.localImage(options, reference);
  if (tagged?.id !== imageId) throw new Refusal(409, `${reference} points to ${tagged?.id ?? "no image here"}`);
  const pairs: Pair[] = containers
    .toSorted((a, b) => numberOf(a) - numberOf(b))
    .map((old) => ({ old, name: old.Name }));
  return async (report) => {
    const begun: Pair[] = [];
    try {
      for (const pair of pairs) {
        begun.push(pair);
        await replace(options, pair, { reference, imageId }, report);
      }
      report({ step: "choose", message: imageId });
      await choose(options.desiredDirectory, service, { image: imageId });
    } catch (error) {
      for (const pair of begun.toReversed()) await rollBack(options, pair, report);
      throw new RolledBack(error);
    }
    for (const { old } of pairs) {
      report({ step: "remove", container: `${old.Name}${previousSuffix}` });
      await engineOf.remove(options, old.Id, false);
    }
  };
}

/** The operation failed, and everything is as before it. */
export class RolledBack extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "RolledBack";
  }
}
