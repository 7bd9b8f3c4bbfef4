// The job runner. Features add their jobs here; several workers may run at once, each job runs in one of them.
import { type JobHelpers, Logger, run, runMigrations } from "graphile-worker";
import { tidyHeads } from "../audit/index.ts";
import { log } from "../platform/log.ts";
import { pool, rows } from "../platform/postgres.ts";
import { verifyTrail } from "./audit-seal.ts";
import { runErrand } from "./errands.ts";
import { tidyHistory } from "./history.ts";

const tasks = {
  /** Sessions that ended a week ago, history beyond its keep. Audit rows stay: the trail has no way to lose one. */
  async tidy() {
    await rows("delete from sessions where expires_at < now() - interval '7 days'");
    await tidyHistory();
    await tidyHeads();
    await rows("delete from errands where asked_at < now() - interval '1 day'");
    // Of workers that were killed: each had one attempt.
    await rows(
      `select graphile_worker.complete_jobs(array(select id from graphile_worker.jobs
         where task_identifier = 'errand' and created_at < now() - interval '1 day'))`,
    );
  },
  /** What somebody waits for: see errands.ts. */
  errand: (payload: unknown, { abortSignal }: JobHelpers) => runErrand(payload, abortSignal),
  /** The whole trail, once a night. */
  async "verify-audit"() {
    await verifyTrail();
  },
};

const levels = { error: "error", warning: "warn", info: "debug", debug: "trace" } as const;
const logger = new Logger(
  () => (level, message) => log[levels[level as keyof typeof levels] ?? "debug"]({ jobs: true }, message),
);

/** Starts the runner once its schema can be made; answers how to drain it. */
export async function startJobs(): Promise<() => Promise<void>> {
  await runMigrations({ pgPool: pool() });
  // An earlier version let the portal's role in, which needs none of it: a row in `errands` brings its own job.
  await rows("revoke all on all tables in schema graphile_worker from portal");
  await rows("revoke all on all sequences in schema graphile_worker from portal");
  await rows("revoke all on schema graphile_worker from portal");
  const runner = await run({
    pgPool: pool(),
    logger,
    // Two that take long, such as a volume of millions of files, must not keep others waiting.
    concurrency: 4,
    noHandleSignals: true,
    pollInterval: 10_000,
    taskList: tasks,
    crontab: "17 3 * * * tidy\n37 3 * * * verify-audit",
  });
  log.info("job runner started");
  return () => runner.stop();
}
