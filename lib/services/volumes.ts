import { z } from "zod";
import { audited } from "../audit/index.ts";
import { type Principal, requirePermission } from "../auth/index.ts";
import { inspectDetails, listVolumes } from "../platform/docker-details.ts";
import { env } from "../platform/env.ts";
import { AppError, Conflict, messageOf } from "../platform/errors.ts";
import { rows } from "../platform/postgres.ts";
import { plainName } from "./dependencies.ts";
import type { VolumeUsage } from "./details-schema.ts";
import { runErrand } from "./errand.ts";
import { type Outcome, quietly, type Report } from "./operate.ts";
import { resolveTarget, ServiceName } from "./target.ts";

const MeasureInput = z.object({ service: ServiceName });

type Stored = { volume: string; bytes: string | null; measuredAt: Date | null; problem: string | null };

/** What the worker last counted, by the engine's names; a volume that was never tried is missing. */
export async function readUsage(volumes: readonly string[]): Promise<Map<string, VolumeUsage>> {
  const found = await rows<Stored>(
    `select volume, bytes, measured_at as "measuredAt", problem from volume_usage where volume = any($1::text[])`,
    [volumes],
  );
  return new Map(
    found.map(({ volume, bytes, measuredAt, problem }) => [
      volume,
      { bytes: bytes === null ? null : Number(bytes), measuredAt: measuredAt?.toISOString() ?? null, problem },
    ]),
  );
}

const Answer = z.object({ bytes: z.number() });

/** Those of this project: an unnamed or a borrowed one is not ours to read. */
async function volumesOf(ids: readonly string[]): Promise<string[]> {
  const [own, ...details] = await Promise.all([listVolumes(), ...ids.map(inspectDetails)]);
  const mounted = new Set(details.flatMap((each) => each?.mounts.map(({ name }) => name) ?? []));
  return own.filter((name) => mounted.has(name));
}

/** Counts what each volume of a service takes on its disk, now. @throws AppError when none could be counted. */
export async function measureVolumes(actor: Principal, raw: unknown, report: Report = quietly): Promise<Outcome> {
  requirePermission(actor, "services:operate");
  const { service } = MeasureInput.parse(raw);
  const found = await resolveTarget(service);
  const [first] = found;
  const name = first?.service ?? "";
  const title = first?.title ?? name;
  const counted: Record<string, number> = {};
  const work = async (): Promise<Outcome> => {
    const volumes = await volumesOf(found.slice(0, 20).map(({ id }) => id));
    if (volumes.length === 0) throw new Conflict("no-volumes", `${title} has no volume of this project.`);
    for (const volume of volumes) {
      const plain = plainName(volume, env().project);
      report(`Counting ${plain}`);
      try {
        const { bytes } = await runErrand("volume-usage", volume, Answer);
        counted[plain] = bytes;
        report(`${plain} takes ${bytes.toLocaleString("en")} bytes`);
      } catch (error) {
        if (!(error instanceof AppError) || error.status === 503) throw error;
        report(`${plain}: ${messageOf(error)}`);
      }
    }
    const done = Object.keys(counted).length;
    if (done === 0) throw new AppError("not-measured", 502, `No volume of ${title} could be measured.`);
    const all = done === 1 ? "One volume" : `${done} volumes`;
    return {
      services: [name],
      message: done === volumes.length ? `${all} measured.` : `${done} of ${volumes.length} volumes measured.`,
    };
  };
  return audited(actor, "volume.measure", name, work, {}, { after: () => ({ bytes: counted }) });
}
