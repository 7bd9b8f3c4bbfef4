import { z } from "zod";
import { audited } from "../audit/index.ts";
import { type Principal, requirePermission, requireStepUp } from "../auth/index.ts";
import { inspectDetails, inspectImage } from "../platform/docker-details.ts";
import { pull } from "../platform/docker-guard.ts";
import { Conflict } from "../platform/errors.ts";
import { type Outcome, quietly, type Report } from "./operate.ts";
import { resolveTarget, ServiceName } from "./target.ts";

export const PullInput = z.object({ service: ServiceName });

/** Repository and tag as the service's configuration spells them. @throws Conflict for one that is fixed to a digest. */
async function imageOf(name: string, id: string) {
  const image = (await inspectDetails(id))?.image ?? "";
  const [, repository = "", tag = "latest"] = /^([^@]+?)(?::([^:/@]+))?$/.exec(image) ?? [];
  if (repository === "" || /^sha256:/.test(image)) {
    throw new Conflict("no-tag", `${name} runs ${image || "no image"}: it names no tag that could move.`);
  }
  return { repository, tag, reference: `${repository}:${tag}` };
}

/**
 * Fetches the image that the service's tag points to at its registry. The service goes on as it was until it is
 * recreated. What was built here rather than pulled is left alone.
 */
export async function pullImage(actor: Principal, raw: unknown, report: Report = quietly): Promise<Outcome> {
  requirePermission(actor, "services:admin");
  const { service } = PullInput.parse(raw);
  await requireStepUp(actor, "image.pull");
  const [row] = await resolveTarget(service);
  const name = row?.service ?? "";
  const { reference, ...image } = await imageOf(name, row?.id ?? "");
  const before = await inspectImage(reference);
  let after: string | null = null;
  const work = async (): Promise<Outcome> => {
    if (before && before.digests.length === 0) {
      throw new Conflict("built-here", `${reference} was built or loaded here, not pulled: pulling would replace it.`);
    }
    report(`pulling ${reference}`);
    await pull(image, report);
    after = (await inspectImage(reference))?.id ?? null;
    const same = after === before?.id;
    return {
      services: [name],
      message: same ? `The registry has the ${reference} that is here.` : `${reference} was pulled.`,
    };
  };
  return audited(
    actor,
    "image.pull",
    name,
    work,
    { image: reference },
    {
      before: { image: before?.id ?? null },
      after: () => ({ image: after }),
    },
  );
}
