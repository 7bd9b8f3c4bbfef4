import { expect, it } from "vitest";
import type { ServiceRow } from "@/lib/services/schema";
import { boardOf } from "./board";
import { exampleRow as row } from "./example-row";
import { headlineOf, imageParts, reasonOf } from "./words";

const say = (...services: ServiceRow[]) => {
  const { tone, text } = headlineOf(boardOf({ services, engine: { connected: true } }, null));
  return `${tone}: ${text}`;
};

const broken: Partial<ServiceRow> = { state: "exited", health: null, exitCode: 1 };
const ended: Partial<ServiceRow> = { state: "exited", health: null, exitCode: 143 };

it.each<[string, ServiceRow[]]>([
  ["unknown: There are no services yet", []],
  ["well: Both services are healthy", [row("A"), row("B")]],
  ["well: All 3 services are up", [row("A"), row("B", { health: null }), row("C")]],
  ["well: The one service is healthy", [row("A")]],
  ["trouble: B has failed", [row("A"), row("B", broken), row("C", ended)]],
  ["trouble: B is unhealthy", [row("A"), row("B", { health: "unhealthy" })]],
  ["trouble: B keeps restarting", [row("A"), row("B", { state: "restarting", health: null })]],
  ["trouble: B keeps restarting", [row("A"), row("B", { crashLoop: true, restarts: 25 })]],
  ["trouble: B and A need attention", [row("A", { health: "unhealthy" }), row("B", broken), row("C")]],
  ["trouble: 3 services need attention", [row("A", broken), row("B", broken), row("C", broken), row("D")]],
  ["trouble: All 3 services need attention", [row("A", broken), row("B", broken), row("C", broken)]],
  ["wait: B is starting", [row("A"), row("B", { health: "starting" }), row("C", ended)]],
  ["wait: B is stopped", [row("A"), row("B", ended)]],
  ["wait: A and B are stopped", [row("A", ended), row("B", ended), row("C")]],
  ["well: All 3 containers are healthy", [row("A", { number: 1 }), row("A", { number: 2 }), row("B")]],
  [
    "trouble: A is unhealthy",
    [row("A", { number: 1 }), row("A", { number: 2 }), row("A", { number: null, health: "unhealthy" })],
  ],
  ["trouble: A #2 is unhealthy", [row("A", { number: 1 }), row("A", { number: 2, health: "unhealthy" }), row("B")]],
])("%s", (sentence, rows) => {
  expect(say(...rows)).toBe(sentence);
});

it("does not call a stack empty that nobody could ask about", () => {
  const board = boardOf({ services: [], engine: { connected: false } }, null);
  expect(headlineOf(board).text).toBe("Nothing is known of the services yet");
});

it("names trouble that the cut list still holds, with the counts of the whole", () => {
  const services = Array.from({ length: 100 }, (_, i) => row(`S${i}`, i > 96 ? broken : {}));
  const board = boardOf({ services, engine: { connected: true } }, null, 60);
  expect(board.rows).toHaveLength(60);
  expect(headlineOf(board).text).toBe("3 services need attention");
});

it.each([
  ["prom/node-exporter:v1.11.1", "prom/node-exporter", "v1.11.1"],
  ["localhost:5000/a/b", "localhost:5000/a/b", ""],
  ["localhost:5000/a/b:2", "localhost:5000/a/b", "2"],
  ["a@sha256:0123456789abcdef", "a", "0123456789ab"],
  ["a:1@sha256:0123456789abcdef", "a", "1"],
])("the image %s is %j in version %j", (image, name, tag) => {
  expect(imageParts(image)).toEqual({ name, tag });
});

it("says why a container is not running, and nothing of one that is", () => {
  expect(reasonOf(row("A"))).toBeNull();
  expect(reasonOf(row("A", broken))).toBe("exit code 1");
  expect(reasonOf(row("A", { ...broken, exitCode: 137, outOfMemory: true }))).toBe("out of memory");
  expect(reasonOf(row("A", { state: "created", health: null }))).toBe("never started");
  expect(reasonOf(row("A", { crashLoop: true, restarts: 25 }))).toBe("25 times");
  expect(reasonOf(row("A", { ...ended, endedBy: "asked" }))).toBeNull();
});
