import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LogEvents, WireLine } from "@/lib/logs/schema";
import { mostItems } from "./buffer";
import { createLogStore, type LogStore } from "./store";
import { parseView, plainView } from "./view";

const source = { container: "a".repeat(12), service: "web", name: "web-1", state: "running", previous: false };
const stampOf = (at: number) => String(1_795_551_000_000_000_000n + BigInt(at));
const lines = (from: number, count: number): WireLine[] =>
  Array.from({ length: count }, (_, at) => [0, stampOf(from + at), 0, 3, `line ${from + at}`]);

/** A browser's event source, as far as the store looks at it. */
class FakeSource extends EventTarget {
  static readonly CLOSED = 2;
  static opened: FakeSource[] = [];
  readyState = 1;
  readonly query: URLSearchParams;
  constructor(address: string) {
    super();
    this.query = new URL(address, "https://localhost").searchParams;
    FakeSource.opened.push(this);
  }
  close() {
    this.readyState = FakeSource.CLOSED;
  }
  send<Name extends keyof LogEvents>(name: Name, data: LogEvents[Name], lastEventId = "") {
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data), lastEventId }));
  }
  begin(...first: WireLine[]) {
    this.dispatchEvent(new Event("open"));
    this.send("sources", [source]);
    if (first.length > 0) this.send("lines", first, "id-1");
    this.send("history", { horizon: null, resumed: false }, "id-1");
  }
  fail(isClosed: boolean) {
    this.readyState = isClosed ? FakeSource.CLOSED : 0;
    this.dispatchEvent(new Event("error"));
  }
}

const answers: { status: number; body: unknown }[] = [];
const asked: string[] = [];
let store: LogStore;
const last = () => FakeSource.opened.at(-1) as FakeSource;
const texts = () => store.current().items.map((item) => (item.kind === "line" ? item.text : `skip ${item.count}`));
const start = (query = "") => {
  store = createLogStore(query ? parseView(Object.fromEntries(new URLSearchParams(query))) : plainView);
  store.start();
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance", "Date"] });
  FakeSource.opened = [];
  answers.length = 0;
  asked.length = 0;
  vi.stubGlobal("EventSource", FakeSource);
  vi.stubGlobal("document", { hidden: false });
  vi.stubGlobal("requestAnimationFrame", (work: () => void) => setTimeout(work, 16));
  vi.stubGlobal("cancelAnimationFrame", (id: NodeJS.Timeout) => clearTimeout(id));
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(address);
    const answer = answers.shift();
    if (!answer) throw new Error("no network");
    return Response.json(answer.body, { status: answer.status });
  });
});
afterEach(() => {
  store.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the stream of the page", () => {
  it("fills the page a frame at a time, and asks only for what the view filters", async () => {
    start("?services=web&level=error&q=x");
    expect(Object.fromEntries(last().query)).toEqual({ services: "web", level: "error,fatal", q: "x" });
    last().begin(...lines(0, 3));
    expect(texts()).toHaveLength(3);
    last().send("lines", lines(3, 2), "id-2");
    last().send("lines", lines(5, 2), "id-3");
    expect(texts()).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(100);
    expect(texts()).toEqual(lines(0, 7).map(([, , , , text]) => text));
    expect(store.current()).toMatchObject({ link: "live", ready: true });
  });

  it("that the server closed is opened again from the last id", async () => {
    start();
    last().begin(...lines(0, 3));
    last().send("lines", lines(3, 1), "id-7");
    answers.push({ status: 200, body: {} });
    last().fail(true);
    expect(store.current().link).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(FakeSource.opened).toHaveLength(2);
    expect(last().query.get("after")).toBe("id-7");
    last().begin();
    last().send("lines", [...lines(3, 1), ...lines(4, 1)], "id-8");
    await vi.advanceTimersByTimeAsync(200);
    expect(texts()).toEqual(lines(0, 5).map(([, , , , text]) => text));
  });

  it("that died without a word is opened again", async () => {
    start();
    last().begin(...lines(0, 1));
    await vi.advanceTimersByTimeAsync(40_000);
    last().send("tick", { now: 0 }, "id-5");
    await vi.advanceTimersByTimeAsync(40_000);
    expect(FakeSource.opened).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(FakeSource.opened).toHaveLength(2);
    expect(last().query.get("after")).toBe("id-5");
  });

  it("leaves reconnecting to the browser while that tries", () => {
    start();
    last().begin(...lines(0, 1));
    last().fail(false);
    expect(store.current().link).toBe("reconnecting");
    expect(FakeSource.opened).toHaveLength(1);
  });

  it.each([
    [401, "ended"],
    [403, "refused"],
    [400, "refused"],
  ])("is given up when the portal says %d", async (status, link) => {
    start();
    answers.push({ status, body: { error: { message: "why" } } });
    last().fail(true);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.current().link).toBe(link);
    expect(FakeSource.opened).toHaveLength(1);
    if (link === "refused") expect(store.current().problem).toBe("why");
  });

  it("ends with a search that cannot be run, in the portal's words", () => {
    start("?q=(a");
    last().send("problem", { message: "no regular expression", final: true });
    expect(store.current()).toMatchObject({ link: "refused", ready: true, problem: "no regular expression" });
  });

  it("ends with a range of the past", () => {
    start();
    last().begin(...lines(0, 1));
    last().send("end", {});
    expect(store.current().link).toBe("done");
  });
});

describe("a reader who looks elsewhere", () => {
  it("loses nothing that is held, is told how much is new, and goes on from where the stream stopped", async () => {
    start();
    last().begin(...lines(0, 10));
    store.follow(false);
    for (let from = 10; from < mostItems + 510; from += 500) last().send("lines", lines(from, 500), `id-${from}`);
    await vi.advanceTimersByTimeAsync(100);
    expect(texts()[0]).toBe("line 0");
    expect(store.current()).toMatchObject({ link: "paused", unseen: mostItems + 500 });
    store.follow(true);
    expect(store.current().unseen).toBe(0);
    expect(texts()).toHaveLength(mostItems);
    expect(store.current().horizon).toMatch(/^a{12}\.\d{19}\.0$/);
    expect(FakeSource.opened).toHaveLength(2);
    expect(last().query.get("after")).toBe(`id-${mostItems + 10}`);
  });

  it("has older lines put in front, up to the first", async () => {
    start();
    last().dispatchEvent(new Event("open"));
    last().send("sources", [source]);
    last().send("lines", lines(100, 2));
    last().send("history", { horizon: "h-1", resumed: false }, "id-1");
    answers.push({ status: 200, body: { sources: [source], lines: lines(98, 2), next: null, removed: false } });
    await store.loadOlder();
    expect(asked[0]).toContain("before=h-1");
    expect(texts()).toEqual(["line 98", "line 99", "line 100", "line 101"]);
    await store.loadOlder();
    expect(asked).toHaveLength(1);
  });

  it("fetches what was skipped", async () => {
    start();
    last().begin(...lines(0, 1));
    const after = `${source.container}.${stampOf(0)}.0`;
    const skip = { source: 0, after, before: null, stamp: stampOf(0), count: 2, reason: "slow" } as const;
    last().send("skip", skip);
    last().send("lines", lines(3, 1), "id-2");
    await vi.advanceTimersByTimeAsync(200);
    expect(texts()).toEqual(["line 0", "skip 2", "line 3"]);
    const [marker] = store.current().items.filter((item) => item.kind === "skip");
    answers.push({ status: 200, body: { sources: [source], lines: lines(1, 2), next: null, removed: false } });
    if (marker) await store.fill(marker);
    expect(texts()).toEqual(["line 0", "line 1", "line 2", "line 3"]);
  });
});

it("a link to a line has what stands before it, then everything since", async () => {
  answers.push({ status: 200, body: { sources: [source], lines: lines(0, 6), next: "h", removed: false } });
  start(`?at=${source.container}.${stampOf(5)}.0`);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked[0]).toContain(`before=${source.container}.${stampOf(5)}.1`);
  expect(last().query.get("after")).toBe(`@${stampOf(5)}`);
  last().begin(...lines(5, 3));
  await vi.advanceTimersByTimeAsync(200);
  expect(texts()).toEqual(lines(0, 8).map(([, , , , text]) => text));
});
