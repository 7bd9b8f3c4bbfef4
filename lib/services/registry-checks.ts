// What the worker wrote of registries, in the light of the image that is here.
import type { EngineImage } from "../platform/docker-details.ts";
import { rows } from "../platform/postgres.ts";
import type { RegistryCheck } from "./updates-schema.ts";

export type StoredCheck = {
  reference: string;
  checkedAt: Date;
  digest: string | null;
  newerTags: string[];
  problem: string | null;
};

export async function readChecks(references: readonly string[]): Promise<Map<string, StoredCheck>> {
  const found = await rows<StoredCheck>(
    `select reference, checked_at as "checkedAt", digest, newer_tags as "newerTags", problem
     from image_checks where reference = any($1::text[])`,
    [references],
  );
  return new Map(found.map((check) => [check.reference, check]));
}

const builtHere =
  "the image of this machine was built or loaded here, not pulled, so there is nothing to compare it with";

export function judge(check: StoredCheck | undefined, image: EngineImage | null): RegistryCheck | null {
  if (!check) return null;
  const { digest, newerTags, problem } = check;
  const told = (result: RegistryCheck["result"], why: string | null): RegistryCheck => ({
    ...{ checkedAt: check.checkedAt.toISOString(), result, problem: why, newerTags },
  });
  if (!digest) return told("unknown", problem);
  if (!image) return told("unknown", "the image is not on this machine any more");
  if (image.digests.length === 0) return told("unknown", builtHere);
  return told(image.digests.includes(digest) ? "same" : "newer", null);
}
