// docker-guard under attack, in front of the machine's real engine. Each attack is refused and ends its connection,
// nothing of it reaches the engine, the engine's state stays as it was, and the near-twin of the attack still passes.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Profile } from "../../lib/guard/policy.ts";
import { type Attack, bodies, paths, routes, templates } from "./guard-attacks.ts";
import { framing, ownership, queries } from "./guard-attacks-wire.ts";
import { engineState, exchange, type Lab, openLab } from "./guard-lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
  const { mine = "", guarded = "" } = lab.names;
  Object.assign(lab.names, { short11: mine.slice(0, 11), SHORT: mine.slice(0, 12).toUpperCase() });
  Object.assign(lab.names, { guardedShort: guarded.slice(0, 12) });
});
afterAll(() => lab.close());

const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name) => lab.names[name] ?? whole);
const isRaw = (text: string) => text.includes("\n") || text.startsWith("\x16");

function bytesOf(attack: Attack["attack"]): string {
  if (typeof attack === "string") return isRaw(attack) ? fill(attack) : `${fill(attack)} HTTP/1.1\r\nhost: d\r\n\r\n`;
  const body = fill(attack.body);
  const headers = `host: d\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
  return `${fill(attack.line)} HTTP/1.1\r\n${headers}\r\n\r\n${body}`;
}
const allowed = (line: string, profile: Profile) =>
  exchange(lab, `${fill(line)} HTTP/1.1\r\nhost: d\r\nconnection: close\r\n\r\n`, profile);

const all = { bodies, routes, paths, queries, ownership, framing, templates };

describe.each(Object.entries(all))("%s", (_kind, attacks) => {
  it.each(attacks)("$name", async ({ attack, twin, status, looks, profile = "portal" }) => {
    const before = await engineState();
    const [heads, lines] = [lab.reached.length, lab.log.length];
    const { statuses, closedByGuard, text } = await exchange(lab, bytesOf(attack), profile);
    expect({ statuses, closedByGuard }, text.slice(0, 400)).toEqual({
      statuses: [expect.any(Number)],
      closedByGuard: true,
    });
    expect(statuses[0]).toBeGreaterThanOrEqual(400);
    expect(statuses[0]).toBeLessThan(500);
    if (status) expect(statuses[0]).toBe(status);
    expect(lab.reached.slice(heads).filter((head) => !looks?.test(head))).toEqual([]);
    expect(text).not.toMatch(/hunter2|foreign words/);
    expect(lab.log.slice(lines).join("")).toMatch(new RegExp(`"profile":"${profile}".*"msg":"refused"`));
    expect(await engineState()).toEqual(before);
    expect((await allowed(twin, profile)).statuses[0], twin).toBeOneOf([200, 204, 304]);
  });
});

it("makes at least sixty attacks, no two under one name", () => {
  const names = Object.values(all).flatMap((attacks) => attacks.map(({ name }) => name));
  expect(names.length).toBeGreaterThanOrEqual(60);
  expect(new Set(names).size).toBe(names.length);
});
