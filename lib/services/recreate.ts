import { z } from "zod";
import { type Principal, requirePermission, requireStepUp } from "../auth/index.ts";
import { inspectDetails, inspectImage } from "../platform/docker-details.ts";
import { Conflict } from "../platform/errors.ts";
import { type Outcome, quietly, type Report } from "./operate.ts";
import { orderThrough, type Plan } from "./order.ts";
import type { ServiceRow } from "./schema.ts";
import { ServiceName } from "./target.ts";
import { isThisProcess } from "./this-process.ts";

export const RecreateInput = z.object({
  service: ServiceName,
  image: z
    .string()
    .regex(/^sha256:[a-f0-9]{64}$/, "An image is named by its id: sha256: and 64 hexadecimal digits")
    .optional()
    .describe("Only if its tag points to this image; without it, to whatever it points"),
});

async function planRecreate(rows: readonly ServiceRow[], image: string | undefined): Promise<Plan> {
  const [first] = rows;
  const service = first?.service ?? "";
  const title = first?.title ?? service;
  if (service === "docker-guard") {
    throw new Conflict("guard-itself", "docker-guard cannot replace itself. On the host, ./taylordash up does.");
  }
  // One in a crash loop may need just this, and the engine takes it for running between two tries too.
  const paused = rows.find(({ state }) => state === "paused");
  if (paused) {
    throw new Conflict("paused", `${paused.name} is paused. On the host: docker unpause ${paused.name}`, { service });
  }
  const stopped = rows.find(({ state }) => state !== "running" && state !== "restarting");
  if (stopped) throw new Conflict("not-running", `${stopped.name} does not run. Start it first.`, { service });
  const details = (await Promise.all(rows.map(({ id }) => inspectDetails(id)))).filter((one) => one !== null);
  const reference = details[0]?.image ?? "";
  const tagged = await inspectImage(reference);
  if (!tagged) {
    throw new Conflict("no-image", `${reference} is not on this machine. On the host: docker pull ${reference}`, {
      service,
    });
  }
  if (image && image !== tagged.id) {
    throw new Conflict("image-moved", `${reference} points to another image by now. Look again and repeat it.`, {
      image: tagged.id,
    });
  }
  const before = [...new Set(details.map(({ imageId }) => imageId))];
  return {
    order: { kind: "recreate", service, image: tagged.id },
    before: { image: before.length === 1 ? (before[0] ?? null) : before },
    after: { image: tagged.id },
    endsUs: rows.some(isThisProcess),
    done: before.every((id) => id === tagged.id)
      ? `${title} was recreated with the image it had.`
      : `${title} was recreated with the newer image.`,
  };
}

/**
 * Replaces every container of a service by one of the image that its tag points to; back to the old ones when it fails.
 * What holds data, and what carries the portal, needs a recent second factor.
 */
export async function recreateService(actor: Principal, raw: unknown, report: Report = quietly): Promise<Outcome> {
  requirePermission(actor, "services:admin");
  const { service, image } = RecreateInput.parse(raw);
  const plan = async (rows: readonly ServiceRow[]) => {
    if (rows.some((row) => row.stateful || row.protected)) await requireStepUp(actor, "service.recreate");
    return planRecreate(rows, image);
  };
  return orderThrough({ action: "service.recreate", service, plan }, actor, report);
}
