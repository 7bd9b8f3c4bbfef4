// The real Alertmanager with the stack's own configuration: what is posted to it is what we read out of it.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Daemon, eventually, startDaemon } from "../platform/test-daemons.ts";
import { AlertListAnswer } from "./answers.ts";
import { createAlertHub, readList } from "./hub.ts";
import { listAlerts, watchAlerts } from "./queries.ts";

let daemon: Daemon;
let url: string;

beforeAll(async () => {
  const configuration = join(import.meta.dirname, "../../infra/alertmanager");
  daemon = startDaemon("prom/alertmanager:v0.33.1", {
    ports: [9093],
    args: ["-v", `${configuration}:/etc/alertmanager:ro`, "--tmpfs", "/data:mode=1777", "--user", "65534:65534"],
    command: [
      "--config.file=/etc/alertmanager/alertmanager.yml",
      "--storage.path=/data",
      "--cluster.listen-address=",
      "--web.external-url=https://localhost/alertmanager",
    ],
  });
  url = `http://127.0.0.1:${daemon.port(9093)}/alertmanager`;
  await eventually(() => readList(url), 30_000);
});
afterAll(() => daemon.stop());

async function post(path: string, body: unknown) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/api/v2${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
  return answer.text();
}

const startsAt = new Date(Date.now() - 60_000).toISOString();
const postAlert = (labels: Record<string, string>, annotations: Record<string, string> = {}, endsAt?: string) =>
  post("/alerts", [{ labels, annotations, startsAt, ...(endsAt ? { endsAt } : {}) }]);

describe("alerts of the real Alertmanager", () => {
  it("are none at first, and whether Prometheus delivers is not judged so early", async () => {
    expect(await readList(url)).toEqual({ firing: [], quiet: [], delivering: null });
  });

  it("come with severity, since when, what to do and whom they concern; the watchdog is no alert", async () => {
    await postAlert({ alertname: "Watchdog", severity: "none" });
    await postAlert(
      { alertname: "PostgresDown", severity: "critical", job: "postgres" },
      { summary: "PostgreSQL does not answer", do: "./taylordash logs postgres", service: "postgres" },
    );
    const { firing, delivering } = await eventually(async () => {
      const list = await readList(url);
      expect(list.firing).toHaveLength(1);
      return list;
    });
    expect(delivering).toBe(true);
    expect(firing[0]).toMatchObject({
      name: "PostgresDown",
      severity: "critical",
      summary: "PostgreSQL does not answer",
      advice: "./taylordash logs postgres",
      since: startsAt,
      about: ["postgres"],
    });
  });

  it("are apart when silenced or held back, with the reason", async () => {
    await postAlert({ alertname: "MemoryShort", severity: "warning", job: "node" });
    await postAlert({ alertname: "ServiceMemoryAtLimit", severity: "warning", job: "worker" });
    await postAlert({ alertname: "TargetDown", severity: "critical", job: "worker" });
    const endsAt = new Date(Date.now() + 3_600_000).toISOString();
    await post("/silences", {
      matchers: [{ name: "alertname", value: "MemoryShort", isRegex: false, isEqual: true }],
      startsAt: new Date().toISOString(),
      ...{ endsAt, createdBy: "anna", comment: "known" },
    });
    await eventually(async () => {
      const { firing, quiet } = await readList(url);
      expect(firing.map(({ name }) => name).sort()).toEqual(["PostgresDown", "TargetDown"]);
      expect(Object.fromEntries(quiet.map(({ name, reason }) => [name, reason]))).toEqual({
        MemoryShort: { kind: "silence", by: "anna", comment: "known", until: endsAt },
        ServiceMemoryAtLimit: { kind: "held-back", by: "TargetDown" },
      });
    });
  });

  it("reach whoever watches, end when they end, and stay as last known when Alertmanager goes away", async () => {
    const hub = createAlertHub(() => readList(url), 200);
    const seen: string[][] = [];
    const leave = hub.watch((list) => void seen.push(list.firing.map(({ name }) => name).sort()));
    await expect.poll(() => seen.at(-1)).toEqual(["PostgresDown", "TargetDown"]);
    await postAlert({ alertname: "PostgresDown", severity: "critical", job: "postgres" }, {}, new Date().toISOString());
    await expect.poll(() => seen.at(-1), { timeout: 10_000 }).toEqual(["TargetDown"]);
    daemon.stop();
    await expect.poll(async () => (await hub.latest()).failed, { timeout: 10_000 }).toMatch(/does not answer: .+/);
    const last = await hub.latest();
    expect(last.firing.map(({ name }) => name)).toEqual(["TargetDown"]);
    expect(AlertListAnswer.parse(last)).toEqual(last);
    leave();
    hub.stop();
  });
});

it("shows nothing to nobody", async () => {
  await expect(listAlerts(null)).rejects.toMatchObject({ status: 401 });
  expect(() => watchAlerts(null, () => undefined)).toThrow(/not signed in/);
});
