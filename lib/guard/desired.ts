// What was chosen in the portal and outlives a container: replicas and images. `./taylordash up` reads the same file.
// Lines of `service.replicas=3` and `service.image=sha256:…`, so that shell reads it without a parser.
import { open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";

export type Choice = { replicas?: number; image?: string };
export type Desired = Record<string, Choice>;

export const desiredFile = "desired.env";
const heading = "# Written by docker-guard: what was chosen in the portal. `./taylordash up` keeps to it.\n";

export function parseDesired(text: string): Desired {
  const desired: Desired = {};
  for (const line of text.split("\n")) {
    const [, service = "", replicas, image] =
      /^([a-z0-9][a-z0-9_-]*)\.(?:replicas=([1-9]|10)|image=(sha256:[a-f0-9]{64}))$/.exec(line) ?? [];
    if (service === "") continue;
    desired[service] = { ...desired[service], ...(replicas ? { replicas: Number(replicas) } : { image }) };
  }
  return desired;
}

export const formatDesired = (desired: Desired): string =>
  heading +
  Object.entries(desired)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([service, { replicas, image }]) => [
      ...(replicas === undefined ? [] : [`${service}.replicas=${replicas}\n`]),
      ...(image === undefined ? [] : [`${service}.image=${image}\n`]),
    ])
    .join("");

export async function readDesired(directory: string): Promise<Desired> {
  try {
    return parseDesired(await readFile(join(directory, desiredFile), "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

async function sync(path: string, text?: string) {
  const handle = await open(path, text === undefined ? "r" : "w", 0o644);
  try {
    if (text !== undefined) await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

let queue: Promise<unknown> = Promise.resolve();

/** Changes one service's choice; whole and on the disk when it resolves, or not at all. */
export function choose(directory: string, service: string, choice: Choice): Promise<void> {
  // Operations on two services may end at the same moment.
  const written = queue.then(async () => {
    const desired = await readDesired(directory);
    const path = join(directory, desiredFile);
    await sync(`${path}.new`, formatDesired({ ...desired, [service]: { ...desired[service], ...choice } }));
    await rename(`${path}.new`, path);
    await sync(directory);
  });
  queue = written.catch(() => {});
  return written;
}
