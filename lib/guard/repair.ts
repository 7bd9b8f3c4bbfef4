// Finishes or undoes what an operation left behind that was ended by force: of the guard, the engine or the machine.
// Names alone say what was under way (recreate.ts, scale.ts), so nothing but the engine has to remember it.
import type { Logger } from "pino";
import { type Container, labels } from "./container.ts";
import { readDesired } from "./desired.ts";
import * as engineOf from "./lifecycle.ts";
import { type OperationOptions, type Pair, previousSuffix, rollBack } from "./recreate.ts";
import { leavingSuffix, startingSuffix } from "./scale.ts";

const suffixes = [previousSuffix, startingSuffix, leavingSuffix];
const withoutSuffix = (name: string) => name.replace(/\.(previous|starting|leaving)$/, "");

/** Services that have a container with one of our names. */
export async function leftovers(options: OperationOptions): Promise<string[]> {
  const listed = await engineOf.listProject(options);
  const marked = listed.filter(({ name }) => suffixes.some((suffix) => name.endsWith(suffix)));
  return [...new Set(marked.map(({ service }) => service))];
}

/** A successor that became healthy stays, and so does a whole set of them; otherwise all go back. */
async function repairRecreate(options: OperationOptions, containers: readonly Container[], report: engineOf.Report) {
  const pairs = containers
    .filter(({ Name }) => Name.endsWith(previousSuffix))
    .map((old): Pair & { successor: Container | undefined } => {
      const name = withoutSuffix(old.Name);
      const successor = containers.find(({ Name }) => Name === name);
      const ours = successor?.Config.Labels?.[labels.replaces] === old.Id;
      return { old, name, successor, ...(ours ? { fresh: successor.Id } : {}) };
    });
  const olds = new Set(pairs.map(({ old }) => old.Id));
  const images = new Set(containers.filter(({ Id }) => !olds.has(Id)).map(({ Image }) => Image));
  const complete = images.size === 1 && pairs.every(({ fresh, successor }) => fresh && successor?.State.Running);
  const healthy =
    complete &&
    (await Promise.all(pairs.map(({ fresh = "" }) => engineOf.waitHealthy(options, fresh, report))).then(
      () => true,
      () => false,
    ));
  for (const pair of pairs) {
    const { old, name, fresh, successor } = pair;
    // Compose, perhaps, made a container of this name since. If that runs the old one goes; if not, a person decides.
    const foreign = successor !== undefined && !fresh;
    if (healthy || (foreign && successor.State.Running)) {
      report({ step: "remove", container: old.Name, message: `${name} took its place` });
      await engineOf.remove(options, old.Id, false);
    } else if (foreign)
      report({ step: "leave", container: old.Name, message: `${name} is not the guard's and does not run` });
    else await rollBack(options, pair, report);
  }
}

/** The written choice tells whether the new number was decided on. */
async function repairScale(
  options: OperationOptions,
  service: string,
  containers: readonly Container[],
  report: engineOf.Report,
) {
  const { replicas } = (await readDesired(options.desiredDirectory))[service] ?? {};
  const starting = containers.filter(({ Name }) => Name.endsWith(startingSuffix));
  const leaving = containers.filter(({ Name }) => Name.endsWith(leavingSuffix));
  const staying = containers.length - leaving.length;
  const decided = staying === replicas;
  for (const { Id, Name } of starting) {
    report({ step: decided ? "rename" : "remove", container: Name });
    if (decided) await engineOf.rename(options, Id, withoutSuffix(Name));
    else await engineOf.remove(options, Id, true);
  }
  for (const { Id, Name } of leaving) {
    report({ step: decided ? "remove" : "rename", container: Name });
    if (decided) await engineOf.remove(options, Id, true);
    else await engineOf.rename(options, Id, withoutSuffix(Name));
  }
}

export async function repair(options: OperationOptions & { log: Logger }, service: string): Promise<void> {
  const report = (step: engineOf.Step) => options.log.warn({ service, ...step }, "repairing what an operation left");
  const containers = await engineOf.containersOf(options, service);
  if (containers.some(({ Name }) => Name.endsWith(previousSuffix))) return repairRecreate(options, containers, report);
  return repairScale(options, service, containers, report);
}
