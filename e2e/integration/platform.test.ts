// The daemons behind the portal: metrics targets, database borders, realm borders, named versions.
import { describe, expect, it } from "vitest";
import { ask } from "../http.ts";
import { command, container, docker } from "../stack.ts";

const node = async (service: string, script: string) =>
  docker("exec", await container(service), "node", "--input-type=module", "-e", script);

describe("Prometheus", () => {
  it("reaches every target, one or more of each service that has metrics", async () => {
    const url = "http://localhost:9090/prometheus/api/v1/targets?state=active";
    const out = await docker("exec", await container("prometheus"), "wget", "-qO-", url);
    const { data } = JSON.parse(out) as {
      data: { activeTargets: { labels: { job: string }; health: string; lastError: string }[] };
    };
    const jobs = new Set(data.activeTargets.map((t) => t.labels.job));
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
    const down = data.activeTargets.filter((t) => t.health !== "up").map((t) => `${t.labels.job}: ${t.lastError}`);
    expect(down).toEqual([]);
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
    const fields = { grant_type: "password", client_id: "portal", username: "admin", password: "x" };
    const answer = await ask("/auth/realms/taylordash/protocol/openid-connect/token", form(fields));
    expect([400, 401]).toContain(answer.status);
    expect(answer.body).toMatch(/unauthorized_client|invalid_client|unsupported_grant_type/);
  });
  it("refuses a redirect address that is not exactly the portal's", async () => {
    const redirect = encodeURIComponent("https://localhost.example/api/auth/callback/keycloak");
    const answer = await ask(
      `/auth/realms/taylordash/protocol/openid-connect/auth?client_id=portal&response_type=code&scope=openid&redirect_uri=${redirect}`,
    );
    expect(answer.status).toBe(400);
    expect(answer.headers.location).toBeUndefined();
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
    expect(out).toMatch(/keycloak.*26\.7\.3/);
  });
});
