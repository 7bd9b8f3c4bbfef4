import { expect, it } from "vitest";
import type { queryRange } from "../platform/prometheus.ts";
import { readPast } from "./past-stats.ts";

const now = 1_795_551_010_000;
const row = (service: string, id = service) => ({ id, name: `td-${service}-1`, service });

function prometheus(answer: (query: string) => { name: string; values: (number | null)[] }[]) {
  const asked: string[] = [];
  const query: typeof queryRange = async (text) => {
    asked.push(text);
    return answer(text).map(({ name, values }) => ({ labels: { name }, values }));
  };
  return { asked, query };
}

it("makes a sample of every moment of which all numbers are known, each fifteen seconds", async () => {
  const values = Array.from({ length: 20 }, (_, index) => index);
  const { query } = prometheus((text) => {
    const isMemory = text.includes("working_set");
    return [{ name: "td-web-1", values: isMemory ? [null, ...values.slice(1)] : values }];
  });
  const past = await readPast([row("web"), row("new")], now, query);
  const samples = past.get("web") ?? [];
  expect(samples).toHaveLength(19);
  expect(samples[0]).toEqual([1_795_550_730_000, 1, 1, 1, 1, 1, 1]);
  expect((samples[1]?.[0] ?? 0) - (samples[0]?.[0] ?? 0)).toBe(15_000);
  expect(past.get("new")).toEqual([]);
});

it("asks for the services by name, whatever they are called, and for all at once when they are many", async () => {
  const { asked, query } = prometheus(() => []);
  await readPast([row("web"), row("web", "second"), row('a.b"} or up{x="')], now, query);
  expect(asked).toHaveLength(6);
  expect(asked[0]).toContain('{service=~"web|a\\\\.b\\"\\\\} or up\\\\{x=\\""}');
  await readPast(
    Array.from({ length: 11 }, (_, index) => row(`web${index}`)),
    now,
    query,
  );
  expect(asked.at(-1)).toContain('{service!=""}');
});
