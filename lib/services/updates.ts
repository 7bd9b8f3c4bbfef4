import { type Principal, requirePermission } from "../auth/index.ts";
import { inspectImage } from "../platform/docker-details.ts";
import { Unavailable } from "../platform/errors.ts";
import { judge, readChecks } from "./registry-checks.ts";
import { store } from "./store.ts";
import type { ImageUpdate, Updates } from "./updates-schema.ts";

/** Every image that containers of this project are made of, and whether a newer one of the same tag is to be had. */
export async function listUpdates(actor: Principal | null): Promise<Updates> {
  requirePermission(actor, "services:read");
  const { listed, rows: known, imageOf, isConnected } = store();
  await listed;
  const groups = Map.groupBy(known(), ({ image }) => image);
  const checks = await readChecks([...groups.keys()]);
  const images = await Promise.all(
    [...groups].map(async ([reference, rows]): Promise<ImageUpdate> => {
      // An image that docker-guard does not know as ours, or that is gone, points nowhere newer.
      const tagged = await inspectImage(reference).catch(() => null);
      const services = [...new Set(rows.map(({ service }) => service))].sort();
      const made = rows.flatMap(({ id }) => imageOf(id) ?? []);
      const behind = made.some((id) => id !== tagged?.id);
      const [first] = made;
      const image = first && first !== tagged?.id ? await inspectImage(first).catch(() => null) : tagged;
      const registry = judge(checks.get(reference), tagged);
      return {
        ...{ reference, services, builtAt: image?.createdAt ?? null },
        ...{ here: tagged !== null && behind, registry },
      };
    }),
  );
  // What could not be read would look as if it were gone.
  if (!isConnected()) throw new Unavailable("engine-unreachable", "The Docker engine does not answer.");
  return { images: images.sort((a, b) => a.reference.localeCompare(b.reference, "en")) };
}
