// Which images are this project's: those its containers run, and those their tags point to by now.
import { z } from "zod";
import { familiar, type ImageAnswer } from "./answers.ts";
import { type EngineOptions, EngineRefusal, engineJson } from "./engine.ts";

const Labels = z.record(z.string(), z.string()).nullish();
const Listed = z.array(z.object({ Id: z.string(), Image: z.string(), ImageID: z.string(), Labels }));
const Inspected = z.object({ Config: z.object({ Image: z.string() }) });

/** A container's image reference never changes, so each is asked for once; forgotten with the container. */
const references = new Map<string, string>();

async function referenceOf(options: EngineOptions, id: string, shown: string): Promise<string> {
  // The list shows an id in place of a tag that has moved on to a newer image.
  if (!/^(sha256:)?[a-f0-9]{12,64}$/.test(shown)) return shown;
  const known = references.get(id);
  if (known !== undefined) return known;
  try {
    const { Config } = Inspected.parse(await engineJson(options, `/containers/${id}/json`));
    references.set(id, Config.Image);
    return Config.Image;
  } catch (error) {
    // Removed since it was listed.
    if (error instanceof EngineRefusal && error.status === 404) return shown;
    throw error;
  }
}

type Listed = z.infer<typeof Listed>;

async function listContainers(options: EngineOptions, all: 0 | 1): Promise<Listed> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${options.project}`] }));
  return Listed.parse(await engineJson(options, `/containers/json?all=${all}&filters=${filters}`));
}

const recentMs = 2_000;
const recent = new WeakMap<EngineOptions, { at: number; list: Promise<Listed> }>();

function listAnew(options: EngineOptions): Promise<Listed> {
  const list = listContainers(options, 1).then((listed) => {
    const ids = new Set(listed.map(({ Id }) => Id));
    for (const id of references.keys()) if (!ids.has(id)) references.delete(id);
    return listed;
  });
  recent.set(options, { at: Date.now(), list });
  list.catch(() => recent.delete(options));
  return list;
}

/** Nobody but this stack makes these: a registry that has the name too has somebody else's. */
export const isBuiltHere = (reference: string): boolean => familiar(reference).startsWith("taylordash/");

/** Whether a service of this project runs exactly this repository and tag, spelt as its own configuration spells it. */
export async function isRunning(options: EngineOptions, reference: string): Promise<boolean> {
  for (const { Id, Image, Labels } of await listContainers(options, 0)) {
    if (Labels?.["com.docker.compose.oneoff"] === "True" || !Labels?.["com.docker.compose.service"]) continue;
    const own = await referenceOf(options, Id, Image);
    if (own === reference || `${own}:latest` === reference) return true;
  }
  return false;
}

async function isOf(options: EngineOptions, listed: Listed, image: ImageAnswer): Promise<boolean> {
  if (listed.some(({ ImageID }) => ImageID === image.Id)) return true;
  const tags = new Set((image.RepoTags ?? []).map(familiar));
  for (const { Id, Image } of listed) if (tags.has(familiar(await referenceOf(options, Id, Image)))) return true;
  return false;
}

/**
 * The list costs the engine a third of a millisecond a container, and a page asks for a dozen images at once: a yes may
 * come from a list up to two seconds old, a no only from one made after the question.
 */
export async function isProjectImage(options: EngineOptions, image: ImageAnswer): Promise<boolean> {
  const known = recent.get(options);
  if (known && Date.now() - known.at < recentMs && (await isOf(options, await known.list, image))) return true;
  return isOf(options, await listAnew(options), image);
}
