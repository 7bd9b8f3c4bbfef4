// The job runner. Features add their jobs here; several workers may run at once, each job runs in one of them.
import { Logger, run } from "graphile-worker";
import { log } from "../platform/log.ts";
import { pool, rows } from "../platform/postgres.ts";

const keepAuditDays = 400;

const tasks = {
  /** Sessions that ended a week ago and audit rows beyond their keep. */
  async tidy() {
    await rows("delete from sessions where expires_at < now() - interval '7 days'");
    // Outcome rows point at their intent, so the newer of the two goes first.
    await rows("delete from audit where intent_id is not null and at < now() - make_interval(days => $1)", [
      keepAuditDays,
    ]);
    await rows(
      `delete from audit a where at < now() - make_interval(days => $1)
       and not exists (select 1 from audit b where b.intent_id = a.id)`,
      [keepAuditDays],
    );
  },
};

const levels = { error: "error", warning: "warn", info: "debug", debug: "trace" } as const;
const logger = new Logger(
  () => (level, message) => log[levels[level as keyof typeof levels] ?? "debug"]({ jobs: true }, message),
);

/** Starts the runner once its schema can be made; answers how to drain it. */
export async function startJobs(): Promise<() => Promise<void>> {
  const runner = await run({
    pgPool: pool(),
    logger,
    concurrency: 2,
    noHandleSignals: true,
    pollInterval: 10_000,
    taskList: tasks,
    crontab: "17 3 * * * tidy",
  });
  log.info("job runner started");
  return () => runner.stop();
}
