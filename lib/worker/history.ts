// Follows the engine and writes what each container was, and since when. Of several workers one writes:
//   waiting -> leading (holds the database's lock) -> lost (database, or this process, ends) -> waiting
// Rows go through the connection that holds the lock, so a worker that has lost it cannot write any more.
import { setTimeout as sleep } from "node:timers/promises";
import { type EngineEvent, listContainers, watchContainers } from "../platform/docker.ts";
import { type EngineDetails, inspectDetails } from "../platform/docker-details.ts";
import { messageOf } from "../platform/errors.ts";
import { log } from "../platform/log.ts";
import { type Client, pool, rows as query } from "../platform/postgres.ts";
import { isAsking, isService } from "../services/index.ts";
import { lastRows, moveSeen, readSeen, tryToLead, write } from "./history-database.ts";
import { type Blindness, bridge, bridgeGone, type HistoryRow, isSame, rowOfEvent } from "./history-rows.ts";

export type HistoryEngine = {
  list: typeof listContainers;
  inspect: typeof inspectDetails;
  watch: typeof watchContainers;
};

const real: HistoryEngine = { list: listContainers, inspect: inspectDetails, watch: watchContainers };
const parallelInspects = 4;
const retryMs = 5_000;
/** How much is unknown at most after a worker was killed: the history is complete until the last of these. */
const seenEveryMs = 15_000;
/** Events need a moment to arrive. */
const latenessMs = 1_000;

async function inspectAll(engine: HistoryEngine): Promise<EngineDetails[]> {
  const all = (await engine.list()).filter(isService).values();
  const found: EngineDetails[] = [];
  const work = async () => {
    for (const { id } of all) {
      const details = await engine.inspect(id);
      if (details) found.push(details);
    }
  };
  await Promise.all(Array.from({ length: parallelInspects }, work));
  return found;
}

/** Writes until the signal fires, or until the database is lost. @throws what the database throws. */
async function lead(client: Client, engine: HistoryEngine, signal: AbortSignal): Promise<void> {
  const last = new Map((await lastRows(client)).map((row) => [row.containerId, row]));
  const killed = new Map<string, Date>();
  let why: Blindness = "worker-down";

  const record = async (rows: HistoryRow[]) => {
    await write(client, rows);
    for (const row of rows) {
      if (row.state === "gone") last.delete(row.containerId);
      else last.set(row.containerId, row);
    }
  };

  async function catchUp() {
    const seen = await readSeen(client);
    const present = await inspectAll(engine);
    const now = new Date();
    const ids = new Set(present.map(({ id }) => id));
    const gone = [...last.values()].filter(({ containerId }) => !ids.has(containerId));
    await client.query("begin");
    await record([
      ...gone.flatMap((row) => bridgeGone(row, seen, now, why)),
      ...present.flatMap((details) => bridge(last.get(details.id) ?? null, details, seen, now, why)),
    ]);
    await moveSeen(client, now);
    await client.query("commit");
    why = "engine-silent";
  }

  async function handle(event: EngineEvent) {
    if (isAsking(event)) return void killed.set(event.id, event.at);
    if (["kill", "stop", "restart", "rename", "update"].includes(event.action)) return;
    if (!isService(event)) return;
    const details = event.action === "destroy" ? null : await engine.inspect(event.id);
    const before = last.get(event.id) ?? null;
    const row = rowOfEvent(event, details, before, killed.get(event.id) ?? null);
    if (event.action === "start" || event.action === "destroy") killed.delete(event.id);
    // What was inspected while this event was on its way is recorded already.
    if (!row || (before && (row.at < before.at || isSame(row, before)))) return;
    await record([row]);
  }

  let lost: unknown = null;
  while (!signal.aborted && lost === null) {
    const broken = new AbortController();
    const ending = AbortSignal.any([signal, broken.signal]);
    let live = false;
    // One after the other: a row never overtakes an older one, and "seen" never an event that has arrived.
    let queue: Promise<void> = Promise.resolve();
    const enqueue = (work: () => Promise<void>) => {
      queue = queue.then(work).catch((error: unknown) => {
        if (isEngineError(error)) log.debug({ cause: messageOf(error) }, "the history could not ask the engine");
        else lost = error;
        live = false;
        broken.abort();
      });
    };
    const unless = (work: () => Promise<void>) => async () => {
      if (!broken.signal.aborted) await work();
    };
    const seen = async () => {
      if (live) await moveSeen(client, new Date(Date.now() - latenessMs));
    };
    const timer = setInterval(() => enqueue(unless(seen)), seenEveryMs);
    const opened = async () => {
      await catchUp();
      live = true;
    };
    await engine
      .watch(
        ending,
        () => enqueue(unless(opened)),
        (event) => enqueue(unless(() => handle(event))),
      )
      .catch((error: unknown) => log.debug({ cause: messageOf(error) }, "the history's event stream broke"));
    clearInterval(timer);
    if (!broken.signal.aborted) enqueue(seen);
    await queue;
    if (!signal.aborted && lost === null) await sleep(1_000, undefined, { signal }).catch(() => undefined);
  }
  if (lost !== null && !signal.aborted) throw lost;
}

/** The engine's adapter throws our errors; the database's driver its own. */
const isEngineError = (error: unknown): boolean => error instanceof Error && "status" in error;

/** Runs until the signal fires; waits for the database, for the lock and for the engine. */
export async function recordHistory(signal: AbortSignal, engine = real): Promise<void> {
  while (!signal.aborted) {
    let client: Client | null = null;
    let leads = false;
    try {
      client = await pool().connect();
      leads = await tryToLead(client);
      if (leads) {
        log.info("this worker records the services' history");
        await lead(client, engine, signal);
      }
    } catch (error) {
      if (!signal.aborted) log.debug({ cause: messageOf(error) }, "the history is not recorded at the moment");
    } finally {
      // Closing the connection gives the lock back.
      client?.release(leads);
    }
    await sleep(retryMs, undefined, { signal }).catch(() => undefined);
  }
}

const keepDays = 90;

/** Forgets what is older than 90 days, but for the row that says what a container was at that time. */
export async function tidyHistory(): Promise<void> {
  await query(
    `delete from service_history h where h.at < now() - make_interval(days => $1)
     and (h.state = 'gone' or exists (
       select from service_history later where later.container_id = h.container_id
       and (later.at, later.id) > (h.at, h.id) and later.at < now() - make_interval(days => $1)))`,
    [keepDays],
  );
}
