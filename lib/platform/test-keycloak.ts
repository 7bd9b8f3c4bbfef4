// A real Keycloak for integration tests: the stack's own optimised image on the test's own PostgreSQL.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Daemon, eventually, startDaemon } from "./test-daemons.ts";
import { passwords, type TestDatabase } from "./test-database.ts";

const image = "taylordash/keycloak:26.7.3";

/** Runs a program of PostgreSQL's in its container, on Keycloak's own database, as Keycloak. */
const inDatabase = (database: TestDatabase, program: string[], input?: Buffer): Buffer => {
  const password = ["-e", `PGPASSWORD=${passwords.keycloak_password}`];
  const connection = ["-U", "keycloak", "-d", "keycloak"];
  const run = ["exec", "-i", "-u", "999", ...password, database.daemon.id, ...program, ...connection];
  return execFileSync("docker", run, { input, stdio: ["pipe", "pipe", "pipe"] });
};

/**
 * Where the tables lie that a Keycloak of this image made in an empty database, which takes it most of its start.
 * Nothing else is in them but the bootstrap client, whose secret is part of the name.
 */
function templateFile(bootstrapSecret: string): string {
  const id = execFileSync("docker", ["image", "inspect", "-f", "{{.Id}}", image], { encoding: "utf8" }).trim();
  return join(tmpdir(), `taylordash-keycloak-${id.slice(7, 19)}-${bootstrapSecret.slice(0, 8)}.sql`);
}

function keep(database: TestDatabase, template: string) {
  const own = `${template}.${process.pid}`;
  writeFileSync(own, inDatabase(database, ["pg_dump", "--no-owner", "--no-privileges"]));
  renameSync(own, template);
}

export type TestKeycloak = { daemon: Daemon; url: string };

/** Shares the database container's network, whose port 8443 is published; answers its base address too. */
export async function startKeycloak(database: TestDatabase, bootstrapSecret: string): Promise<TestKeycloak> {
  const settings = {
    KC_BOOTSTRAP_ADMIN_CLIENT_ID: "taylordash-bootstrap",
    KC_BOOTSTRAP_ADMIN_CLIENT_SECRET: bootstrapSecret,
    KC_DB_URL: "jdbc:postgresql://localhost:5432/keycloak",
    KC_DB_USERNAME: "keycloak",
    KC_DB_PASSWORD: passwords.keycloak_password,
    KC_HOSTNAME_STRICT: "false",
    KC_HTTPS_CERTIFICATE_FILE: "/run/secrets/tls.crt",
    KC_HTTPS_CERTIFICATE_KEY_FILE: "/run/secrets/tls.key",
    KC_TRUSTSTORE_PATHS: "/run/secrets/ca.crt",
    // One node, as the stack has: no time is spent on finding others.
    KC_CACHE: "local",
    JAVA_OPTS_KC_HEAP: "-Xms64m -Xmx288m",
    // The quick compiler alone: it lives for a minute.
    JAVA_OPTS_APPEND: "-XX:TieredStopAtLevel=1",
  };
  const template = templateFile(bootstrapSecret);
  const isKept = existsSync(template);
  if (isKept) inDatabase(database, ["psql", "-q", "-v", "ON_ERROR_STOP=1"], readFileSync(template));
  const environment = Object.entries(settings).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  const volume = ["-v", `${database.folder}:/run/secrets:ro`];
  const daemon = startDaemon(image, {
    ports: [],
    args: ["--network", `container:${database.daemon.id}`, ...volume, ...environment],
    command: ["start", "--optimized"],
  });
  const url = `https://localhost:${database.daemon.port(8443)}/auth`;
  try {
    await eventually(async () => {
      const { status } = await fetch(`${url}/realms/master`);
      if (status !== 200) throw new Error(`Keycloak answers ${status}`);
    }, 240_000);
  } catch (error) {
    const last = daemon.logs();
    daemon.stop();
    throw new Error(`Keycloak did not start: ${last}`, { cause: error });
  }
  if (!isKept) keep(database, template);
  return { daemon, url };
}
