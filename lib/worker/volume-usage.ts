// What each volume of the project takes on its disk, counted four times a day and whenever somebody asks.
import { setTimeout as sleep } from "node:timers/promises";
import { listVolumes } from "../platform/docker-details.ts";
import { measureVolume } from "../platform/docker-guard.ts";
import { Conflict, messageOf, NotFound, Unavailable } from "../platform/errors.ts";
import { log } from "../platform/log.ts";
import { rows } from "../platform/postgres.ts";
import { rounds } from "./rounds.ts";

const startMs = 90_000;
const roundMs = 600_000;

/**
 * Measures one volume, now, and keeps it. @throws what kept it from being measured, which is kept beside the old figure:
 * NotFound when it is gone, Conflict when it is kept elsewhere, AppError when it could not be read.
 */
export function measure(volume: string, signal?: AbortSignal): Promise<number> {
  // Two people, or one and the round, may want the same at once.
  const known = current.get(volume);
  if (known) return known;
  const measuring = measureOnce(volume, signal).finally(() => current.delete(volume));
  current.set(volume, measuring);
  return measuring;
}

const current = new Map<string, Promise<number>>();

async function measureOnce(volume: string, signal: AbortSignal | undefined): Promise<number> {
  try {
    const bytes = await measureVolume(volume, signal);
    await rows(
      `insert into volume_usage (volume, bytes, measured_at, tried_at) values ($1, $2, now(), now())
       on conflict (volume) do update set bytes = excluded.bytes, measured_at = excluded.measured_at,
         tried_at = excluded.tried_at, problem = null`,
      [volume, bytes],
    );
    return bytes;
  } catch (error) {
    if (!(error instanceof NotFound) && !(error instanceof Unavailable)) {
      await rows(
        `insert into volume_usage (volume, tried_at, problem) values ($1, now(), $2)
         on conflict (volume) do update set tried_at = excluded.tried_at, problem = excluded.problem`,
        [volume, messageOf(error).slice(0, 300)],
      );
    }
    throw error;
  }
}

/** Measures what was not in the last six hours, one after the other; forgets volumes that are gone. */
export async function measureAll(signal?: AbortSignal): Promise<void> {
  const volumes = await listVolumes();
  await rows("delete from volume_usage where volume <> all($1::text[])", [volumes]);
  const fresh = await rows<{ volume: string }>(
    "select volume from volume_usage where tried_at > now() - interval '6 hours'",
  );
  const known = new Set(fresh.map(({ volume }) => volume));
  for (const volume of volumes) {
    if (signal?.aborted) return;
    if (known.has(volume)) continue;
    await measure(volume, signal).catch((error: unknown) => {
      if (error instanceof Unavailable) throw error;
      // Stored beside the old figure, and tried again in six hours. One that is kept elsewhere or gone by now is well.
      if (error instanceof NotFound || error instanceof Conflict) return;
      log.warn({ volume, cause: messageOf(error) }, "a volume was not counted");
    });
  }
}

export async function watchVolumes(signal: AbortSignal): Promise<void> {
  await sleep(startMs, undefined, { signal }).catch(() => undefined);
  await rounds("volume usage", roundMs, signal, () => measureAll(signal));
}
