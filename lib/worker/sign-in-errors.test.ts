// What the audit gets while somebody keeps failing to sign in, minute by minute: Keycloak's events and the table are
// played, since hours of them cannot be had from a real one.
import { afterAll, beforeEach, expect, it, vi } from "vitest";
import { log } from "../platform/log.ts";
import { processWide } from "../platform/process-wide.ts";
import { mostCounts } from "./sign-in-error-counts.ts";
import { signInErrorRecorder } from "./sign-in-errors.ts";

type Row = { name: string; ip: string | null; code: string; times: number; until: number; writtenAt: number };
type Event = { time: number; userId?: string; ipAddress: string; error: string; details: { username: string } };

const events: Event[] = [];
const audit: Row[] = [];
let isAway = false;

const begin = Date.parse("2026-11-24T10:00:00Z");
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: begin });
  processWide("refusals", () => new Map<string, number>()).clear();
  events.length = 0;
  audit.length = 0;
});
afterAll(() => void vi.useRealTimers());

const lastRows = () =>
  [...Map.groupBy(audit, ({ name, ip, code }) => JSON.stringify([name, ip, code])).values()].map((same) => same.at(-1));
processWide("pool", () => ({
  async query(text: string, values: unknown[]) {
    if (isAway) throw new Error("Connection terminated");
    // As PostgreSQL writes an address.
    const short = (ip: string | null) =>
      ip && (ip.includes(":") ? new URL(`http://[${ip}]`).hostname.slice(1, -1) : ip);
    if (/^\s*select/.test(text)) return { rows: lastRows().map((row) => row && { ...row, ip: short(row.ip) }) };
    const [name, ip] = [values[6], values[11]] as [string, string | null];
    audit.push({ name, ip, ...JSON.parse(String(values[8])), writtenAt: Date.now() });
    return { rows: [{ id: "1" }] };
  },
}));

const recorder = () =>
  signInErrorRecorder({
    async call(_method: string, path: string) {
      const query = new URL(path, "https://keycloak").searchParams;
      const from = Number(query.get("dateFrom"));
      return events.filter(({ time }) => time >= from).slice(0, Number(query.get("max")));
    },
    signInAgain() {},
  });

let typed = 0;
function fail(change: Partial<Event> = {}) {
  typed += 1;
  const details = { username: `hunter${typed}` };
  events.push({ time: Date.now(), ipAddress: "192.0.2.1", error: "user_not_found", details, ...change });
}
const later = (ms: number) => void vi.setSystemTime(Date.now() + ms);
const sum = (rows: readonly Row[]) => rows.reduce((total, { times }) => total + times, 0);

/** Rounds every 15 s, with what happens in each second. */
async function attack(minutes: number, second: () => void, round = recorder()) {
  for (let s = 1; s <= minutes * 60; s += 1) {
    later(1_000);
    second();
    if (s % 15 === 0) await round();
  }
  return round;
}

it("has a row in ten minutes of an address that tries one name after the other, and counts every attempt", async () => {
  const round = await attack(60, () => {
    for (let n = 0; n < 5; n += 1) fail();
  });
  expect(audit.length).toBe(6);
  later(600_000);
  await round();
  expect(audit.map(({ name, ip, code }) => `${name} ${ip} ${code}`)).toEqual(
    Array(7).fill("an unknown name 192.0.2.1 user_not_found"),
  );
  expect(sum(audit)).toBe(60 * 60 * 5);
});

it("has a row at once of every other address, reason and person", async () => {
  const round = recorder();
  const ann = { userId: "1", error: "invalid_user_credentials" };
  const details = (username: string) => ({ details: { username } });
  fail();
  fail({ ipAddress: "192.0.2.2" });
  fail({ error: "invalid_redirect_uri" });
  fail({ ...ann, ...details("ann") });
  fail({ ...ann, ...details("ANN") });
  fail({ ...ann, userId: "2", ...details("bob") });
  expect(await round()).toBe(5);
  expect(audit.map(({ name, times }) => `${name} ${times}`)).toEqual([
    ...["an unknown name 1", "an unknown name 1", "an unknown name 1", "ann 2", "bob 1"],
  ]);
});

it("says the first and the last of those that a row counts", async () => {
  const round = recorder();
  fail();
  await round();
  later(20_000);
  fail();
  const first = Date.now();
  later(20_000);
  fail();
  const last = Date.now();
  expect(await round()).toBe(0);
  later(600_000);
  expect(await round()).toBe(1);
  expect(audit.at(-1)).toMatchObject({ times: 2, happenedAt: new Date(first).toISOString(), until: last });
});

it("loses nothing and counts nothing twice when the worker is restarted", async () => {
  await attack(25, fail);
  expect(sum(audit)).toBeLessThan(25 * 60);
  // The first one is killed with what it has not written yet.
  const round = await attack(1, fail);
  later(600_000);
  await round();
  expect(sum(audit)).toBe(26 * 60);
  expect(audit.length).toBe(4);
});

it("has a bounded number of rows of however many addresses, and still counts every attempt", async () => {
  let address = 0;
  const round = await attack(30, () => {
    for (let n = 0; n < 20; n += 1) {
      address += 1;
      fail({ ipAddress: `2001:db8::${address.toString(16)}` });
    }
  });
  later(600_000);
  await round();
  expect(audit.length).toBeLessThanOrEqual(4 * (mostCounts + 1));
  expect(audit.some(({ ip }) => ip === null)).toBe(true);
  expect(sum(audit)).toBe(30 * 60 * 20);
});

it("counts nothing twice after a restart, by whichever row an address was counted before", async () => {
  fail({ ipAddress: "198.51.100.1" });
  const round = recorder();
  await round();
  // Its own count is over when as many others are at it, so that it is counted with the rest.
  later(600_000);
  await round();
  for (let n = 0; n < mostCounts; n += 1) fail({ ipAddress: `192.0.2.${n}` });
  later(1_000);
  for (let n = 0; n < 2; n += 1) fail({ ipAddress: "198.51.100.1" });
  await round();
  expect(sum(audit)).toBe(mostCounts + 3);
  later(600_000);
  expect(await recorder()()).toBe(0);
});

it("knows an IPv6 address again after a restart, which Keycloak and PostgreSQL write otherwise", async () => {
  fail({ ipAddress: "2001:db8:0:0:0:0:0:1" });
  expect(await recorder()()).toBe(1);
  later(600_000);
  expect(await recorder()()).toBe(0);
});

it("catches up with more than a page of them, also where many fall in one millisecond", async () => {
  for (let n = 0; n < 2_500; n += 1) {
    if (n % 7 === 0) later(1);
    fail();
  }
  expect(await recorder()()).toBe(1);
  expect(audit).toMatchObject([{ times: 2_500 }]);
});

it("keeps its counts while the database is away", async () => {
  const error = vi.spyOn(log, "error").mockReturnValue();
  const round = recorder();
  await round();
  fail();
  isAway = true;
  expect(await round()).toBe(0);
  isAway = false;
  later(60_000);
  expect(await round()).toBe(1);
  expect(audit).toMatchObject([{ times: 1 }]);
  expect(error).toHaveBeenCalledTimes(1);
  error.mockRestore();
});
