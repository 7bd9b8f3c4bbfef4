// A migrated PostgreSQL for the integration tests of sessions, people and audit.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { migrate } from "../platform/migrate.ts";
import { runShutdown } from "../platform/process-wide.ts";
import { type Daemon, eventually, startPostgres, testFolder } from "../platform/test-daemons.ts";
import { createSession, type NewSession, newSessionId } from "./sessions.ts";

export type TestDatabase = { folder: string; daemon: Daemon; stop: () => Promise<void> };

/** Points this process's environment at a new database; further secrets are written beside the usual ones. */
export async function startTestDatabase(secrets: Record<string, string> = {}): Promise<TestDatabase> {
  const { folder, remove } = testFolder({ db_password: "test-password", session_key: "k".repeat(43), ...secrets });
  const daemon = await startPostgres(folder);
  // The host command's own settings may be about; they are no settings of a process.
  for (const name of Object.keys(process.env)) if (name.startsWith("TAYLORDASH_")) delete process.env[name];
  Object.assign(process.env, {
    TAYLORDASH_ROLE: "worker",
    TAYLORDASH_PROJECT: "test",
    TAYLORDASH_ORIGIN: "https://localhost",
    TAYLORDASH_DATABASE_HOST: "localhost",
    TAYLORDASH_DATABASE_PORT: String(daemon.port(5432)),
    TAYLORDASH_SECRETS: folder,
    TAYLORDASH_TLS: folder,
    TAYLORDASH_MIGRATIONS: join(import.meta.dirname, "../../infra/postgres/migrations"),
  });
  await eventually(() => migrate(), 15_000);
  const stop = async () => {
    await runShutdown("last");
    daemon.stop();
    remove();
  };
  return { folder, daemon, stop };
}

/** A session as sign-in would write it; answers its cookie. */
export async function signedIn(change: Partial<NewSession> & { userId?: string; role?: NewSession["user"]["role"] }) {
  const { userId = randomUUID(), role = "viewer", ...rest } = change;
  const id = newSessionId();
  await createSession({
    id,
    user: { id: userId, name: userId, displayName: userId, email: null, role },
    keycloakSession: null,
    acr: 2,
    authTime: new Date(),
    idToken: null,
    refreshToken: null,
    ip: null,
    userAgent: null,
    ...rest,
  });
  return id;
}
