import { expect, it } from "vitest";
import type { SessionInfo } from "@/lib/auth/session-schema";
import { shownAfter } from "./shown";

const session = (id: string, lastSeenAt = "2026-05-04T10:00:00Z") => ({ id, lastSeenAt }) as SessionInfo;
const seen = (shown: ReturnType<typeof shownAfter>) => shown.map(({ id, ended }) => `${id}${ended ? " ended" : ""}`);

it("leaves what has ended where it was, and what is new to the end", () => {
  const first = shownAfter(
    [],
    ["a", "b", "c"].map((id) => session(id)),
  );
  expect(seen(first)).toEqual(["a", "b", "c"]);
  const second = shownAfter(
    first,
    ["d", "c", "a"].map((id) => session(id)),
  );
  expect(seen(second)).toEqual(["a", "b ended", "c", "d"]);
  expect(seen(shownAfter(second, [session("c")]))).toEqual(["a ended", "b ended", "c", "d ended"]);
});

it("takes over what is new about those that stay", () => {
  const [one] = shownAfter(shownAfter([], [session("a")]), [session("a", "2026-05-04T11:00:00Z")]);
  expect(one?.lastSeenAt).toBe("2026-05-04T11:00:00Z");
});
