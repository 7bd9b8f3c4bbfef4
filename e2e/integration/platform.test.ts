// The daemons behind the portal: metrics targets, database borders, realm borders, named versions.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ask } from "../http.ts";
import { makePerson } from "../people.ts";
import { command, container, docker, origin, stateDir } from "../stack.ts";

const node = async (service: string, script: string) =>
  docker("exec", await container(service), "node", "--input-type=module", "-e", script);

describe("Prometheus", () => {
  type Target = { labels: { job: string }; health: string; lastError: string };
  const targets = async () => {
    const url = "http://localhost:9090/prometheus/api/v1/targets?state=active";
    const out = await docker("exec", await container("prometheus"), "wget", "-qO-", url);
    return (JSON.parse(out) as { data: { activeTargets: Target[] } }).data.activeTargets;
  };
  it("reaches every target, one or more of each service that has metrics", async () => {
    const jobs = new Set((await targets()).map((t) => t.labels.job));
    const expected = [
      "traefik",
      "mqtt-proxy",
      "portal",
      "worker",
      "keycloak",
      "postgres",
      "node",
      "objectstore",
      "alertmanager",
      "prometheus",
    ];
    expect([...jobs]).toEqual(expect.arrayContaining(expected));
    const down = async () =>
      (await targets()).filter((t) => t.health !== "up").map((t) => `${t.labels.job}: ${t.lastError}`);
    // Other tests restart daemons, and each is asked twice a minute: the next answer of all of them counts.
    await expect.poll(down, { timeout: 60_000, interval: 2_000 }).toEqual([]);
  });
});

describe("PostgreSQL", () => {
  const query = async (user: string, database: string, sslmode: string) =>
    docker(
      ...["exec", "-e", `PGSSLMODE=${sslmode}`, await container("postgres")],
      ...["psql", "-h", "postgres", "-U", user, "-d", database, "-w", "-c", "select 1"],
    ).then(
      () => "let in",
      (error: { stderr?: string }) => String(error.stderr),
    );
  it("refuses a connection without TLS and one without a password", async () => {
    expect(await query("portal", "portal", "disable")).toMatch(/no pg_hba.conf entry/);
    expect(await query("portal", "portal", "require")).toMatch(/no password supplied|password authentication failed/);
  });
  it("gives each database to its own role alone", async () => {
    const sql = `select datname || ' ' || rolname from pg_database d cross join pg_roles r
      where not rolsuper and rolcanlogin and not datistemplate and has_database_privilege(r.oid, d.oid, 'connect')
      and rolname in ('portal', 'keycloak') order by 1`;
    const out = await docker("exec", await container("postgres"), "psql", "-U", "postgres", "-Atc", sql);
    expect(out.trim().split("\n")).toEqual(["keycloak keycloak", "portal portal"]);
  });
});

describe("Keycloak's realm", () => {
  const form = (fields: Record<string, string>) => ({
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  });
  it("has no password grant", async () => {
    const { name: username, password } = await makePerson("grant", "viewer");
    const client_secret = readFileSync(join(stateDir, "secrets/portal/oidc_client_secret"), "utf8").trim();
    const askAs = (client: Record<string, string>) =>
      ask(
        "/auth/realms/taylordash/protocol/openid-connect/token",
        form({ grant_type: "password", username, password, ...client }),
      );
    // Everything is right but the grant: the client's own secret, a person who may sign in.
    const portal = await askAs({ client_id: "portal", client_secret });
    expect([portal.status, portal.body]).toEqual([400, expect.stringContaining("unauthorized_client")]);
    expect(portal.body).toContain("not allowed for direct access grants");
    for (const client_id of ["admin-cli", "account-console", "security-admin-console"]) {
      const answer = await askAs({ client_id });
      expect([client_id, answer.body]).toEqual([client_id, expect.not.stringContaining("access_token")]);
      expect(answer.body).toMatch(/unauthorized_client|invalid_client/);
    }
  });
  it("refuses a redirect address that is not exactly the portal's", async () => {
    const own = `${origin}/api/auth/callback/keycloak`;
    const challenge = `code_challenge=${"x".repeat(43)}&code_challenge_method=S256`;
    const authorise = (redirect: string) =>
      ask(
        `/auth/realms/taylordash/protocol/openid-connect/auth?client_id=portal&response_type=code&scope=openid&${challenge}&redirect_uri=${encodeURIComponent(redirect)}`,
      );
    expect((await authorise(own)).status).toBe(200);
    const near = [`${own}/`, `${own}?next=/`, `${origin}/`, `${origin}/other`, own.replace("https:", "http:")];
    for (const redirect of [...near, "https://localhost.example/api/auth/callback/keycloak"]) {
      const answer = await authorise(redirect);
      expect([redirect, answer.status]).toEqual([redirect, 400]);
      expect(answer.headers.location).toBeUndefined();
    }
  });
  it("keeps no bootstrap administrator", async () => {
    const script = `import { readFileSync } from "node:fs";
      const secret = readFileSync("/run/secrets/keycloak_bootstrap_secret", "utf8").trim();
      const body = new URLSearchParams({ grant_type: "client_credentials", client_id: "taylordash-bootstrap", client_secret: secret });
      const answer = await fetch("https://keycloak:8443/auth/realms/master/protocol/openid-connect/token", { method: "POST", body });
      console.log(answer.status);`;
    expect(["400", "401"]).toContain((await node("worker", script)).trim());
  });
});

describe("each image", () => {
  it("runs the named program at the named version", async () => {
    const out = await command("bash", ["infra/images/check-versions.sh"], { timeoutMs: 180_000 });
    const lines = out.trim().split("\n");
    // Grafana and Tempo cannot be had everywhere; what runs the upstream Keycloak is an image of its own.
    const absent = lines.filter((line) => /^\S+\s+absent\s/.test(line)).map((line) => line.split(/\s+/)[0]);
    for (const name of absent) expect(["grafana", "tempo", "keycloak-upstream"]).toContain(name);
    expect(lines.length - absent.length).toBeGreaterThanOrEqual(12);
    expect(out).toMatch(/keycloak.*26\.7\.3/);
  });
});
