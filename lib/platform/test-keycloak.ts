// A real Keycloak for integration tests: the stack's own optimised image on the test's own PostgreSQL.
import { type Daemon, eventually, startDaemon } from "./test-daemons.ts";
import { passwords, type TestDatabase } from "./test-database.ts";

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
    JAVA_OPTS_KC_HEAP: "-Xms64m -Xmx288m",
  };
  const environment = Object.entries(settings).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
  const volume = ["-v", `${database.folder}:/run/secrets:ro`];
  const daemon = startDaemon("taylordash/keycloak:26.7.3", {
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
  return { daemon, url };
}
