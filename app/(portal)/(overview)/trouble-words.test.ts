import { expect, it } from "vitest";
import type { Alert, AlertList } from "@/lib/alerts/schema";
import type { Status } from "@/lib/services/schema";
import type { Trouble, TroubledService } from "@/lib/services/trouble-schema";
import { exampleRow } from "../_live/example-row";
import { alertWords, byWhom, firstOf, troubleOf } from "./trouble-words";

const alerts = (...severities: Alert["severity"][]): AlertList => ({
  firing: severities.map((severity, index) => ({
    ...{ id: `${index}`, name: "A", severity, summary: "A", advice: null, about: [] },
    since: "2026-01-01T00:00:00.000Z",
  })),
  ...{ quiet: [], failed: null, delivering: true, asOf: null },
});

it("counts the alerts that ask for somebody", () => {
  expect(alertWords(null)).toBeNull();
  expect(alertWords(alerts())).toBeNull();
  expect(alertWords(alerts("info"))).toBeNull();
  expect(alertWords(alerts("critical", "info"))).toBe("1 alert is firing");
  expect(alertWords(alerts("critical", "warning"))).toBe("2 alerts are firing");
});

const troubled = (title: string, status: Status, since: string | null): TroubledService => ({
  ...{ containerId: title, service: title.toLowerCase(), title, status, since, cause: "itself", audit: null },
});
const failed = (title: string) => exampleRow(title, { state: "exited", health: null, exitCode: 1 });
const stopped = (title: string) => exampleRow(title, { state: "exited", health: null, exitCode: 0 });

it("takes of several troubles the first one, and a stop only when nothing is broken", () => {
  const trouble: Trouble = {
    services: [
      troubled("B", "failed", "2026-01-01T00:05:00.000Z"),
      troubled("A", "failed", "2026-01-01T00:04:00.000Z"),
      troubled("C", "stopped", "2026-01-01T00:01:00.000Z"),
      troubled("D", "failed", null),
    ],
    before: null,
  };
  const rows = [failed("A"), failed("B"), stopped("C"), failed("D")];
  expect(firstOf(trouble, rows)?.title).toBe("A");
  expect(firstOf(trouble, [stopped("C")])?.title).toBe("C");
  expect(firstOf(null, rows)).toBeNull();
});

it("says nothing of a row that has become something else since", () => {
  const trouble: Trouble = { services: [troubled("A", "failed", "2026-01-01T00:04:00.000Z")], before: null };
  expect(troubleOf(trouble, failed("A"))?.since).toBe("2026-01-01T00:04:00.000Z");
  expect(troubleOf(trouble, exampleRow("A"))).toBeNull();
});

it.each([
  ["by anna", { cause: "asked", audit: { id: "1", actor: "anna", action: "service.stop", at: "" } }],
  ["from outside the portal", { cause: "asked", audit: null }],
  ["by itself", { cause: "itself", audit: null }],
  [null, { cause: "engine-silent", audit: null }],
] as const)("says who: %s", (words, what) => {
  expect(byWhom(what)).toBe(words);
});
