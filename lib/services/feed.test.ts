import { describe, expect, it, vi } from "vitest";
import { createFeed, type FeedEvent } from "./feed.ts";

const gone = (id: string) => ({ name: "gone" as const, data: { id } });
const ids = (events: FeedEvent[] | null) => events?.map(({ data }) => (data as { id: string }).id);

describe("the feed", () => {
  it("gives a viewer who comes back exactly what was missed, in order and once", () => {
    const feed = createFeed("e");
    feed.publish(gone("1"));
    const seen = feed.lastId();
    feed.publish(gone("2"));
    feed.publish(gone("3"));
    expect(ids(feed.after(seen))).toEqual(["2", "3"]);
    expect(feed.after(feed.lastId())).toEqual([]);
  });
  it("knows nothing of another process's ids, nor of what it has forgotten", () => {
    const feed = createFeed("e");
    expect(feed.after("other-1")).toBeNull();
    for (let n = 0; n < 600; n += 1) feed.publish(gone(String(n)));
    expect(feed.after("e-1")).toBeNull();
    expect(feed.after("e-0")).toBeNull();
    expect(ids(feed.after("e-599"))).toEqual(["599"]);
  });
  it("keeps a listener that throws from disturbing the others, and drops it", () => {
    const feed = createFeed();
    const other = vi.fn();
    feed.subscribe(() => {
      throw new Error("broken pipe");
    });
    feed.subscribe(other);
    feed.publish(gone("1"));
    feed.publish(gone("2"));
    expect(other).toHaveBeenCalledTimes(2);
    expect(feed.size()).toBe(1);
  });
});
