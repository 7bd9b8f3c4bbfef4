// Asks the registry of each image that runs what its tag points to by now. The worker does, since it alone may go out.
import { setTimeout as sleep } from "node:timers/promises";
import { inspectContainer, listContainers } from "../platform/docker.ts";
import { messageOf } from "../platform/errors.ts";
import { rows } from "../platform/postgres.ts";
import { parseReference, RegistryProblem, readTag } from "../platform/registry.ts";
import { rounds } from "./rounds.ts";

const startMs = 60_000;
const roundMs = 600_000;

/** Built from this repository: nobody's registry has them, and whoever took their name at one must not be believed. */
const isOurOwn = (reference: string) => reference.startsWith("taylordash/");

async function references(): Promise<string[]> {
  const found = new Set<string>();
  for (const { id, image } of await listContainers()) {
    // The engine's list shows an id in place of a tag that has moved on.
    const name = /^(sha256:)?[a-f0-9]{12,64}$/.test(image) ? (await inspectContainer(id))?.image : image;
    if (name && !isOurOwn(name)) found.add(name);
  }
  return [...found].sort();
}

/** Tags of the same form with a higher number, newest first: `v3.7.15` is followed by `v3.8.0`, not by `v3.8.0-rc1`. */
export function newerTags(tag: string, tags: readonly string[], most = 3): string[] {
  const formOf = (text: string) => text.replace(/\d+/g, "0");
  const numbersOf = (text: string) => (text.match(/\d+/g) ?? []).map(Number);
  const compare = (a: string, b: string) => {
    const [left, right] = [numbersOf(a), numbersOf(b)];
    const at = left.findIndex((number, index) => number !== right[index]);
    return at === -1 ? 0 : (left[at] ?? 0) - (right[at] ?? 0);
  };
  // A number without a dot may be a date or a build; nobody knows which is newer.
  if (!/\d+\.\d+/.test(tag)) return [];
  return tags
    .filter((other) => formOf(other) === formOf(tag) && compare(other, tag) > 0)
    .sort((a, b) => compare(b, a))
    .slice(0, most);
}

async function check(reference: string): Promise<void> {
  const parsed = parseReference(reference);
  if (!parsed) return;
  const begun = new Date();
  const found = await readTag(parsed).then(
    ({ digest, tags }) => ({ digest, newer: newerTags(parsed.tag, tags), problem: null }),
    (error: unknown) => {
      const known = error instanceof RegistryProblem;
      return {
        digest: null,
        newer: [],
        problem: known ? messageOf(error) : `its answer was not usable: ${messageOf(error)}`,
      };
    },
  );
  await rows(
    `insert into image_checks (reference, checked_at, digest, newer_tags, problem) values ($1, now(), $2, $3, $4)
     on conflict (reference) do update set checked_at = excluded.checked_at, digest = excluded.digest,
       newer_tags = excluded.newer_tags, problem = excluded.problem
     where image_checks.checked_at <= $5`,
    [reference, found.digest, found.newer, found.problem?.slice(0, 300) ?? null, begun],
  );
}

/** Asks about what is due: six hours after an answer, one hour after none. Forgets what no container is made of any more. */
export async function checkImages(): Promise<void> {
  const begun = new Date();
  const wanted = await references();
  const fresh = await rows<{ reference: string }>(
    `select reference from image_checks
     where checked_at > now() - case when problem is null then interval '6 hours' else interval '1 hour' end`,
  );
  await rows("delete from image_checks where reference <> all($1::text[]) and checked_at <= $2", [wanted, begun]);
  const known = new Set(fresh.map(({ reference }) => reference));
  for (const reference of wanted) if (!known.has(reference)) await check(reference);
}

export async function watchImages(signal: AbortSignal): Promise<void> {
  await sleep(startMs, undefined, { signal }).catch(() => undefined);
  await rounds("image checks", roundMs, signal, checkImages);
}
