import { afterEach, describe, expect, it } from "vitest";
import { createMatcher, type Matcher, patternOf } from "./matcher.ts";

let matcher: Matcher;
const make = (deadlineMs = 5_000) => {
  matcher = createMatcher({ deadlineMs, startMs: 20_000, idleMs: 20_000 });
  return matcher;
};
afterEach(() => matcher.close());

describe("a search", () => {
  it("answers where each text matches", async () => {
    const { search } = make();
    expect(await search(patternOf("err(or)?", false), ["an ERROR and err", "fine", "error"])).toEqual([
      [3, 8, 13, 16],
      null,
      [0, 5],
    ]);
  });

  it("minds capitals when it has one, and not because of \\S or \\W", () => {
    expect(patternOf("error", false).flags).toBe("gi");
    expect(patternOf("Error", false).flags).toBe("g");
    expect(patternOf("\\Serror\\W", false).flags).toBe("gi");
  });

  it("takes any characters literally when asked to", async () => {
    const text = "a.*(b)[c]\\d+?^$|{x}/-";
    const { search } = make();
    expect(await search(patternOf(text, true), [text, "abc"])).toEqual([[0, text.length], null]);
  });

  it("that is no regular expression is refused with the reason", () => {
    expect(() => patternOf("(a", false)).toThrow(/: unterminated group\.$/);
  });

  it("ends on an expression that matches nothing", async () => {
    const [marks] = await make().search(patternOf("x*", false), ["aaa"]);
    expect(marks).toEqual([]);
  });

  it("marks a bounded number of matches", async () => {
    const [marks] = await make().search(patternOf(".", false), ["a".repeat(16_384)]);
    expect(marks?.length).toBeLessThanOrEqual(100);
  });
});

describe("a hostile search", () => {
  const evil = patternOf("^(a+)+$", false);
  const bait = [`${"a".repeat(60)}!`];

  it("is ended, refused at once the next time, and others go on", async () => {
    const { search } = make(300);
    // The thread is warm, so that its start does not count.
    await search(patternOf("x", false), ["x"]);
    const slow = search(evil, bait);
    const other = search(patternOf("b", false), ["abc"]);
    await expect(slow).rejects.toMatchObject({ code: "search-too-slow", status: 400 });
    expect(await other).toEqual([[1, 2]]);
    await expect(search(evil, ["short"])).rejects.toMatchObject({ code: "search-too-slow" });
    expect(await search(patternOf("c", false), ["abc"])).toEqual([[2, 3]]);
  });

  it("does not hold this process up", async () => {
    const { search } = make(300);
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 5);
    await search(evil, bait).catch(() => undefined);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(10);
  });

  it("runs in no more than two threads, whatever is asked at once", async () => {
    const { search, threads } = make();
    const all = Array.from({ length: 50 }, (_, at) => search(patternOf(`${at}`, true), [`${at}`]));
    expect(await Promise.all(all)).toHaveLength(50);
    expect(threads()).toBeLessThanOrEqual(2);
  });

  it("is told to come later when too many wait", async () => {
    const { search } = make(300);
    const many = Array.from({ length: 260 }, () => search(evil, bait).catch((error: { code: string }) => error.code));
    expect(await many.at(-1)).toBe("search-busy");
    matcher.close();
  });
});
