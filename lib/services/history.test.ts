import { describe, expect, it } from "vitest";
import { causeOf, untold } from "./history.ts";

const time = (text: string) => new Date(`2026-01-01T${text}Z`);
const deed = (id: string, from: string, until: string) => ({
  ...{ id, actor: "ana", action: "service.stop", at: time(from).toISOString() },
  ...{ from: time(from).getTime(), until: time(until).getTime() },
});

describe("the audit entry behind a change", () => {
  const deeds = [deed("2", "12:05:00", "12:05:20"), deed("1", "12:00:00", "12:00:20")];
  const change = (at: string, cause: "asked" | "itself" | null) => ({ at: time(at).toISOString(), cause });
  it("is the deed during which it happened", () => {
    expect(causeOf(change("12:00:11", "asked"), deeds)).toMatchObject({
      id: "1",
      actor: "ana",
      action: "service.stop",
    });
    expect(causeOf(change("12:05:00", "asked"), deeds)?.id).toBe("2");
  });
  it("is none outside of every deed, nor for what nobody asked for", () => {
    expect(causeOf(change("12:03:00", "asked"), deeds)).toBeNull();
    expect(causeOf(change("12:00:11", "itself"), deeds)).toBeNull();
    expect(causeOf(change("12:00:11", null), deeds)).toBeNull();
  });
});

describe("what nobody watches any more", () => {
  const change = (containerId: string, at: string, state: "running" | "gone") => ({
    ...{ containerId, at: time(at).toISOString(), state },
  });
  const changes = [
    change("a", "10:00:00", "running"),
    change("b", "10:00:00", "running"),
    change("b", "11:00:00", "gone"),
  ];
  it("is unknown since the last look, for containers that were there", () => {
    expect(untold(changes, time("12:00:00"), time("12:10:00"))).toEqual([
      { containerId: "a", at: time("12:00:00").toISOString(), state: "unknown", cause: "worker-down" },
    ]);
  });
  it("is nothing while the worker watches", () => {
    expect(untold(changes, time("12:00:00"), time("12:00:30"))).toEqual([]);
  });
  it("is everything when nobody ever watched", () => {
    expect(untold(changes, null, time("12:00:00")).map(({ containerId }) => containerId)).toEqual(["a"]);
  });
});
