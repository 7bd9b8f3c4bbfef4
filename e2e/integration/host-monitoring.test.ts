// What watches the stack: rules that fire and stay quiet as meant, and no query on a series that does not exist.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ask } from "../http.ts";
import { container, docker, root } from "../stack.ts";

const image = async () => docker("inspect", "--format", "{{.Config.Image}}", await container("prometheus"));
const promtool = async (...args: string[]) => {
  const mount = `${join(root, "infra/prometheus")}:/etc/prometheus:ro`;
  const tool = ["run", "--rm", "--network", "none", "-v", mount, "--entrypoint", "promtool", (await image()).trim()];
  return docker(...tool, ...args);
};

const api = async (path: string, query: Record<string, string> = {}) => {
  const url = `http://localhost:9090/prometheus/api/v1/${path}?${new URLSearchParams(query)}`;
  return JSON.parse(await docker("exec", await container("prometheus"), "wget", "-qO-", url)).data;
};

type Matcher = { name: string; type: string; value: string };
type Syntax = { type: string; name?: string; matchers?: Matcher[] } & Record<string, unknown>;

/** Every series selector of a query, by Prometheus' own parser. */
async function selectors(query: string): Promise<Matcher[][]> {
  const found: Matcher[][] = [];
  const walk = (node: unknown) => {
    if (typeof node !== "object" || node === null) return;
    const { type, matchers } = node as Syntax;
    if (/^(vector|matrix)Selector$/.test(type) && matchers) found.push(matchers);
    for (const child of Object.values(node)) walk(child);
  };
  walk(await api("parse_query", { query }));
  return found;
}

/** The same series whatever a pattern would pick of them: a healthy stack answers no request with 5xx. */
const anyValue = (matchers: Matcher[]) =>
  `{${matchers.map(({ name, type, value }) => (type === "=" ? `${name}=${JSON.stringify(value)}` : `${name}!=""`)).join(",")}}`;

type Rule = { alert: string; expr: string; annotations: Record<string, string> };
type Rules = { groups: { rules: Rule[] }[] };
const rules = (
  parse(readFileSync(join(root, "infra/prometheus/rules/taylordash.yml"), "utf8")) as Rules
).groups.flatMap((group) => group.rules);
const dashboardDir = join(root, "infra/grafana/dashboards");
type Panel = { title: string; description: string; datasource: { uid: string }; targets: { expr: string }[] };
type Dashboard = { uid: string; title: string; panels: Panel[] };
const dashboards = readdirSync(dashboardDir).map(
  (file) => JSON.parse(readFileSync(join(dashboardDir, file), "utf8")) as Dashboard,
);

describe("the alert rules", () => {
  it("fire and stay quiet as their cases say", async () => {
    const files = readdirSync(join(root, "infra/prometheus/rules-test")).map((f) => `/etc/prometheus/rules-test/${f}`);
    expect(await promtool("test", "rules", ...files)).toContain("SUCCESS");
  });

  it("are each named by a case, and say what to do", async () => {
    const cases = readFileSync(join(root, "infra/prometheus/rules-test/taylordash.yml"), "utf8");
    expect(rules.filter(({ alert }) => !cases.includes(`alertname="${alert}"`))).toEqual([]);
    const { groups } = (await api("rules")) as { groups: { rules: Record<string, unknown>[] }[] };
    const loaded = groups.flatMap((group) => group.rules);
    expect(new Set(loaded.map((rule) => rule.name))).toEqual(new Set(rules.map((rule) => rule.alert)));
    expect(loaded.filter((rule) => rule.lastError)).toEqual([]);
    expect(loaded.every((rule) => (rule.annotations as { do?: string }).do)).toBe(true);
  });

  it("name as the service they concern only one that is there, or the machine itself", () => {
    const compose = parse(readFileSync(join(root, "docker-compose.yml"), "utf8"), { merge: true });
    const known = ["host", ...Object.keys((compose as { services: object }).services)];
    const named = rules.flatMap(({ annotations }) => annotations.service ?? []);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("reach Alertmanager: the watchdog is there", async () => {
    const alerts = async () =>
      docker(
        "exec",
        await container("alertmanager"),
        "wget",
        "-qO-",
        "http://localhost:9093/alertmanager/api/v2/alerts",
      );
    await expect.poll(alerts, { timeout: 90_000, interval: 1_000 }).toContain('"alertname":"Watchdog"');
  });
});

describe("every query", () => {
  // The edge counts what it answered; there must be something.
  beforeAll(() => ask("/login"));

  const queries = [
    ...rules.map(({ alert, expr }) => [alert, expr] as const),
    ...dashboards.flatMap(({ title, panels }) =>
      panels.flatMap((panel) => panel.targets.map(({ expr }) => [`${title}: ${panel.title}`, expr] as const)),
    ),
  ];
  it.each(queries)("%s: names series that exist", async (_, query) => {
    for (const matchers of await selectors(query.replaceAll("$__rate_interval", "5m"))) {
      // Made by Prometheus itself, while an alert is pending or fires.
      if (matchers.some(({ name, value }) => name === "__name__" && value === "ALERTS")) continue;
      const count = async () =>
        (await api("query", { query: `count(${anyValue(matchers)})` })).result[0]?.value[1] ?? "0";
      await expect.poll(async () => Number(await count()), { timeout: 90_000, interval: 2_000 }).toBeGreaterThan(0);
    }
  });
});

describe("the dashboards", () => {
  it("have an address of their own, and every panel a title, words and the provisioned source", () => {
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
    const sources = readFileSync(join(root, "infra/grafana/provisioning/datasources/taylordash.yml"), "utf8");
    for (const panel of dashboards.flatMap(({ panels }) => panels)) {
      expect(panel.title && panel.description).toBeTruthy();
      expect(sources).toContain(`uid: ${panel.datasource.uid}\n`);
    }
  });
});
