// Alerts of the tests, posted to the stack's own Alertmanager as Prometheus does it.
import { container, docker } from "./stack.ts";

const api = "http://127.0.0.1:9093/alertmanager/api/v2";

type Posted = { labels: Record<string, string>; annotations?: Record<string, string> };

async function post(path: string, body: unknown): Promise<string> {
  const ask = ["wget", "-q", "-O", "-", "--header", "content-type: application/json"];
  return docker(
    ...["exec", await container("alertmanager"), ...ask, `--post-data=${JSON.stringify(body)}`, `${api}${path}`],
  );
}

/** Fires an alert; answers how to end it. */
export async function fire({ labels, annotations = {} }: Posted): Promise<() => Promise<void>> {
  const startsAt = new Date(Date.now() - 60_000).toISOString();
  const endsAt = new Date(Date.now() + 600_000).toISOString();
  await post("/alerts", [{ labels, annotations, startsAt, endsAt }]);
  return async () => {
    await post("/alerts", [{ labels, annotations, startsAt, endsAt: new Date().toISOString() }]);
  };
}

/** Silences an alert by its name for ten minutes. */
export async function silence(alertname: string, by: string, comment: string): Promise<void> {
  const [startsAt, endsAt] = [new Date().toISOString(), new Date(Date.now() + 600_000).toISOString()];
  const matchers = [{ name: "alertname", value: alertname, isRegex: false, isEqual: true }];
  await post("/silences", { matchers, startsAt, endsAt, createdBy: by, comment });
}
