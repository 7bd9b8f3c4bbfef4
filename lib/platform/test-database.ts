// A migrated PostgreSQL with the stack's own roles, for integration tests.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { migrate } from "./migrate.ts";
import { runShutdown } from "./process-wide.ts";
import { type Daemon, eventually, startDaemon, testFolder } from "./test-daemons.ts";

export type TestDatabase = {
  folder: string;
  daemon: Daemon;
  /** What a thief of the owner's password could do; the process itself runs as the portal does. */
  asOwner: <T extends pg.QueryResultRow>(sql: string, values?: unknown[]) => Promise<T[]>;
  migrateAsOwner: (folder?: string) => Promise<string[]>;
  stop: () => Promise<void>;
};

const postgres = join(import.meta.dirname, "../../infra/postgres");
const migrations = join(postgres, "migrations");
/** Of the roles that infra/postgres/init makes. */
export const passwords = {
  superuser_password: "test-superuser",
  owner_password: "test-owner",
  portal_password: "test-portal",
  keycloak_password: "test-keycloak",
  exporter_password: "test-exporter",
};

function startServer(folder: string): Daemon {
  const certificate = ["--tmpfs", "/tls:uid=999,mode=0700", "-v", `${folder}:/run/secrets:ro`];
  const daemon = startDaemon("postgres:17.12", {
    // The second for a Keycloak that shares this network.
    ports: [5432, 8443],
    args: [
      // In memory, and without waiting for a disk that all other tests write to.
      ...["-e", "POSTGRES_INITDB_ARGS=--no-sync", "--tmpfs", "/var/lib/postgresql/data:uid=999,gid=999,mode=0700"],
      ...["-e", "POSTGRES_PASSWORD_FILE=/run/secrets/superuser_password"],
      ...["-v", `${join(postgres, "init")}:/docker-entrypoint-initdb.d:ro`, ...certificate],
    ],
    command: ["-c", "fsync=off"],
  });
  const inside = (...command: string[]) => execFileSync("docker", ["exec", "-u", "999", daemon.id, ...command]);
  // The server wants its key readable by itself alone.
  inside("install", "-m", "600", "/run/secrets/tls.key", "/tls/key");
  return daemon;
}

/** Points this process's environment at a new database; further secrets are written beside the usual ones. */
export async function startTestDatabase(
  secrets: Record<string, string> = {},
  options: { migrated?: boolean } = {},
): Promise<TestDatabase> {
  const usual = { ...passwords, db_password: passwords.portal_password, session_key: "k".repeat(43) };
  const { folder, remove } = testFolder({ ...usual, ...secrets });
  const daemon = startServer(folder);
  const password = ["-e", `PGPASSWORD=${passwords.superuser_password}`];
  const settings = ["ssl_cert_file = '/run/secrets/tls.crt'", "ssl_key_file = '/tls/key'", "ssl = on"];
  const commands = [...settings.map((setting) => `alter system set ${setting}`), "select pg_reload_conf()"];
  const psql = ["psql", "-d", "portal", ...commands.flatMap((sql) => ["-c", sql])];
  // Only the finished server answers on the usual socket.
  await eventually(
    async () => execFileSync("docker", ["exec", "-u", "999", ...password, daemon.id, ...psql], { stdio: "pipe" }),
    60_000,
  );
  const port = daemon.port(5432);
  // The host command's own settings may be about; they are no settings of a process.
  for (const name of Object.keys(process.env)) if (name.startsWith("TAYLORDASH_")) delete process.env[name];
  Object.assign(process.env, {
    TAYLORDASH_ROLE: "worker",
    TAYLORDASH_PROJECT: "test",
    TAYLORDASH_ORIGIN: "https://localhost",
    TAYLORDASH_DATABASE_HOST: "localhost",
    TAYLORDASH_DATABASE_PORT: String(port),
    TAYLORDASH_SECRETS: folder,
    TAYLORDASH_TLS: folder,
    TAYLORDASH_MIGRATIONS: migrations,
  });
  const connection = {
    ...{ host: "localhost", port, database: "portal", user: "portal_owner", password: passwords.owner_password },
    ssl: { ca: readFileSync(join(folder, "ca.crt"), "utf8") },
  };
  const owner = new pg.Pool({ ...connection, max: 2 });
  const stop = async () => {
    await owner.end();
    await runShutdown("last");
    daemon.stop();
    remove();
  };
  await eventually(() => owner.query("select 1"), 15_000);
  if (options.migrated !== false) await migrate(migrations, connection);
  return {
    ...{ folder, daemon, stop },
    migrateAsOwner: (folder = migrations) => migrate(folder, connection),
    asOwner: async (sql, values) => (await owner.query(sql, values)).rows,
  };
}
