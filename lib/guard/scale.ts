// Sets the number of a service's containers.
//
// up:   creating -> starting -> waiting -> chosen -> renamed          down: renamed -> chosen -> stopping -> removed
//          └───────────┴──────────┴─> rolled back (new ones removed)           └─> rolled back (names as before)
//
// The written choice decides: what is found half-done at the guard's start is finished if the choice counts it in,
// else undone (repair.ts).
import { type Container, createBody, labels, numberOf } from "./container.ts";
import { choose } from "./desired.ts";
import * as engineOf from "./lifecycle.ts";
import { type OperationOptions, RolledBack, referenceOf, type Work } from "./recreate.ts";
import { Refusal } from "./refusal.ts";

export const startingSuffix = ".starting";
export const leavingSuffix = ".leaving";

/** State of their own, or a port of the host's: more than one of them would harm. */
const alwaysOne: ReadonlySet<string> = new Set(["traefik", "keycloak", "postgres", "docker-guard"]);

function checkScalable(project: string, service: string, containers: readonly Container[]) {
  if (containers.length === 0) throw new Refusal(404, `no service ${service} in this project`, "info");
  if (alwaysOne.has(service) || containers.some(({ Config }) => Config.Labels?.[labels.scale] !== "true")) {
    throw new Refusal(409, `${service} does not scale: its label ${labels.scale} does not say so`);
  }
  const ports = containers.flatMap(({ HostConfig }) => Object.values(HostConfig.PortBindings ?? {}).flat());
  if (ports.some((port) => port?.HostPort)) throw new Refusal(409, `${service} publishes a port of the host`);
  if (containers.some((container) => container.Name !== `${project}-${service}-${numberOf(container)}`)) {
    throw new Refusal(409, `${service} has a container with a name of its own`);
  }
}

type Target = { service: string; replicas: number };

async function scaleUp(
  options: OperationOptions,
  { service, replicas }: Target,
  template: Container,
  free: readonly number[],
  report: engineOf.Report,
) {
  const made: { id: string; name: string }[] = [];
  const image = await engineOf.localImage(options, template.Image);
  try {
    for (const number of free) {
      const name = `${options.project}-${service}-${number}`;
      report({ step: "create", container: name });
      const replica = { number, name, formerName: template.Name };
      const body = createBody({ container: template, image: image?.config, imageId: template.Image, replica });
      const { Id, Image } = await engineOf.create(options, `${name}${startingSuffix}`, body);
      made.push({ id: Id, name });
      // The tag may have moved since it was looked up: replicas run one image.
      if (Image !== template.Image) throw new Error(`${template.Config.Image} points to another image by now`);
      report({ step: "start", container: name });
      await engineOf.start(options, Id);
    }
    for (const { id, name } of made) {
      report({ step: "wait", container: name });
      await engineOf.waitHealthy(options, id, report);
      report({ step: "healthy", container: name });
    }
    report({ step: "choose", message: `${replicas} replicas` });
    await choose(options.desiredDirectory, service, { replicas });
  } catch (error) {
    for (const { id, name } of made) {
      report({ step: "roll-back", container: name });
      await engineOf.remove(options, id, true);
    }
    throw new RolledBack(error);
  }
  for (const { id, name } of made) await engineOf.rename(options, id, name);
}

async function scaleDown(
  options: OperationOptions,
  { service, replicas }: Target,
  leaving: readonly Container[],
  report: engineOf.Report,
) {
  try {
    for (const { Id, Name } of leaving) await engineOf.rename(options, Id, `${Name}${leavingSuffix}`);
    report({ step: "choose", message: `${replicas} replicas` });
    await choose(options.desiredDirectory, service, { replicas });
  } catch (error) {
    for (const { Id, Name } of leaving) {
      if ((await engineOf.inspect(options, Id)).Name !== Name) await engineOf.rename(options, Id, Name);
    }
    throw new RolledBack(error);
  }
  for (const { Id, Name } of leaving) {
    report({ step: "stop", container: Name });
    await engineOf.stop(options, Id);
    report({ step: "remove", container: Name });
    await engineOf.remove(options, Id, true);
  }
}

/** Checks everything that can be refused, then answers the work. @throws Refusal */
export async function prepareScale(options: OperationOptions, target: Target): Promise<Work> {
  const { service, replicas } = target;
  const containers = (await engineOf.containersOf(options, service)).toSorted((a, b) => numberOf(a) - numberOf(b));
  checkScalable(options.project, service, containers);
  const template = containers.find(({ State }) => State.Running);
  if (!template) throw new Refusal(409, `no container of ${service} runs: start one first`);
  const tagged = await engineOf.localImage(options, referenceOf(service, containers));
  if (containers.some(({ Image }) => Image !== tagged?.id)) {
    throw new Refusal(409, `${service} runs another image than its tag points to: recreate it first`);
  }
  const taken = new Set(containers.map(numberOf));
  const free = Array.from({ length: 10 + taken.size }, (_, at) => at + 1).filter((number) => !taken.has(number));
  return async (report) => {
    for (const { Id, Name, State } of containers.slice(0, replicas)) {
      if (State.Running) continue;
      report({ step: "start", container: Name });
      await engineOf.start(options, Id);
    }
    const more = replicas - containers.length;
    if (more < 0) return scaleDown(options, target, containers.slice(replicas), report);
    return scaleUp(options, target, template, free.slice(0, more), report);
  };
}
