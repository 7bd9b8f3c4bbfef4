import { expect, it } from "vitest";
import type { ReceivedAlert } from "../platform/alertmanager.ts";
import { listOf } from "./list.ts";

const received = (id: string, change: Partial<ReceivedAlert> = {}): ReceivedAlert => ({
  id,
  labels: { alertname: id, severity: "warning" },
  annotations: { summary: `${id} happened` },
  since: "2026-01-01T00:00:00.000Z",
  silencedBy: [],
  inhibitedBy: [],
  ...change,
});

const aboutOf = (labels: Record<string, string>, annotations: Record<string, string> = {}) =>
  listOf([received("A", { labels, annotations })], []).firing[0]?.about;

it("puts the worst first, then the newest, and leaves the watchdog out", () => {
  const { firing } = listOf(
    [
      received("Old"),
      received("New", { since: "2026-01-02T00:00:00.000Z" }),
      received("Odd", { labels: { alertname: "Odd", severity: "page" } }),
      received("Bad", { labels: { alertname: "Bad", severity: "critical" } }),
      received("Watchdog"),
    ],
    [],
  );
  expect(firing.map(({ name, severity }) => `${name} ${severity}`)).toEqual([
    "Bad critical",
    "New warning",
    "Old warning",
    "Odd info",
  ]);
});

it("keeps silenced and held-back ones apart, with who and until when", () => {
  const silence = (id: string, until: string) => ({ id, by: "anna", comment: "disk comes\u202eon Monday", until });
  const { firing, quiet } = listOf(
    [
      received("Down", { labels: { alertname: "Down", severity: "critical" } }),
      received("Silenced", { silencedBy: ["short", "long"] }),
      received("Held", { inhibitedBy: ["Down"] }),
      received("Lost", { silencedBy: ["ended meanwhile"] }),
    ],
    [silence("short", "2026-01-01T01:00:00.000Z"), silence("long", "2026-01-02T00:00:00.000Z")],
  );
  expect(firing.map(({ name }) => name)).toEqual(["Down"]);
  expect(Object.fromEntries(quiet.map(({ name, reason }) => [name, reason]))).toEqual({
    Silenced: { kind: "silence", by: "anna", comment: "disk comes on Monday", until: "2026-01-02T00:00:00.000Z" },
    Held: { kind: "held-back", by: "Down" },
    Lost: { kind: "silence", by: "somebody", comment: "", until: "" },
  });
});

it.each([
  ["the rule's own word before all labels", { service: "worker" }, { service: "postgres" }, ["postgres"]],
  ["the label, without Traefik's provider", { service: "portal@docker" }, {}, ["portal"]],
  ["the scraped host, then the job", { instance: "node-exporter:9100", job: "node" }, {}, ["node-exporter", "node"]],
  ["the job of who scrapes itself", { instance: "localhost:9090", job: "prometheus" }, {}, ["prometheus"]],
  ["nothing", {}, {}, []],
])("an alert concerns %s", (_, labels, annotations, about) => {
  expect(aboutOf(labels, annotations)).toEqual(about);
});

it("says something of an alert that says nothing, and little of one that says too much", () => {
  const [bare] = listOf([received("A", { labels: {}, annotations: {} })], []).firing;
  expect(bare).toMatchObject({ name: "An alert without a name", summary: "An alert without a name", advice: null });
  const annotations = { summary: "x".repeat(5_000), do: "a\nb" };
  const [loud] = listOf([received("A", { annotations })], []).firing;
  expect(loud?.summary).toHaveLength(300);
  expect(loud?.advice).toBe("a b");
});
