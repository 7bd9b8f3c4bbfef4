import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createAlertHub } from "./hub.ts";
import type { Alert, AlertList } from "./schema.ts";

const alert = (name: string): Alert => ({
  ...{ id: name, name, severity: "warning", summary: name, advice: null, about: [] },
  since: "2026-01-01T00:00:00.000Z",
});

function made() {
  const state = { firing: [] as Alert[], down: false, asked: 0 };
  const hub = createAlertHub(async () => {
    state.asked += 1;
    if (state.down) throw new Error("Alertmanager does not answer: ECONNREFUSED");
    return { firing: [...state.firing], quiet: [], delivering: true };
  }, 5_000);
  return { hub, state };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("asks only while somebody watches, once for all, and tells everybody what changed and nothing else", async () => {
  const { hub, state } = made();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.asked).toBe(0);
  const seen: AlertList[][] = [[], []];
  const leave = seen.map((list) => hub.watch((each) => list.push(each)));
  await vi.advanceTimersByTimeAsync(15_000);
  expect(state.asked).toBe(4);
  state.firing = [alert("Disk")];
  await vi.advanceTimersByTimeAsync(5_000);
  expect(seen.map((list) => list.map(({ firing }) => firing.length))).toEqual([
    [0, 1],
    [0, 1],
  ]);
  for (const each of leave) each();
  const before = state.asked;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.asked).toBe(before);
  expect(hub.isAsking()).toBe(false);
});

it("gives whoever comes later what is known at once", async () => {
  const { hub, state } = made();
  state.firing = [alert("Disk")];
  hub.watch(() => undefined);
  await vi.advanceTimersByTimeAsync(1);
  const seen: AlertList[] = [];
  hub.watch((each) => seen.push(each));
  expect(seen.map(({ firing }) => firing[0]?.name)).toEqual(["Disk"]);
  hub.stop();
});

it("keeps the last known alerts while Alertmanager is silent, says why and since when, and takes it back", async () => {
  const { hub, state } = made();
  state.firing = [alert("Disk")];
  const { asOf } = await hub.latest();
  state.down = true;
  await vi.advanceTimersByTimeAsync(6_000);
  const silent = await hub.latest();
  expect(silent).toMatchObject({ failed: "Alertmanager does not answer: ECONNREFUSED", asOf });
  expect(silent.firing).toHaveLength(1);
  state.down = false;
  await vi.advanceTimersByTimeAsync(6_000);
  expect((await hub.latest()).failed).toBeNull();
});

it("asks once for many pages that come at the same time", async () => {
  const { hub, state } = made();
  await Promise.all(Array.from({ length: 50 }, () => hub.latest()));
  await hub.latest();
  expect(state.asked).toBe(1);
});
