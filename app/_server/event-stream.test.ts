import { describe, expect, it, vi } from "vitest";
import { metricsText } from "@/lib/platform/metrics";
import { eventStream } from "./event-stream";

const host = { kind: "host", name: "test" } as const;
const ask = (signal: AbortSignal) => new Request("https://localhost/api/events", { signal });
const open = async () => Number(/^taylordash_event_streams (\d+)$/m.exec(await metricsText())?.[1] ?? 0);

describe("a stream of events", () => {
  it("gives what its source says, from the first word on", async () => {
    const leaving = new AbortController();
    const response = await eventStream(ask(leaving.signal), host, async (send) => {
      send({ id: "a-1", name: "service", data: { id: 1 } });
      return () => undefined;
    });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await read()).toMatch(/^retry: (1[5-9]\d|2[0-4]\d|250)\n\n$/);
    expect(await read()).toBe('id: a-1\nevent: service\ndata: {"id":1}\n\n');
    leaving.abort();
    expect((await reader.read()).done).toBe(true);
  });

  it("leaves its source once, when the viewer goes", async () => {
    const [before, leaving, stop] = [await open(), new AbortController(), vi.fn()];
    await eventStream(ask(leaving.signal), host, async () => stop);
    expect(await open()).toBe(before + 1);
    leaving.abort();
    expect(stop).toHaveBeenCalledOnce();
    expect(await open()).toBe(before);
  });

  it("leaves its source at once when only its head is asked for", async () => {
    const [before, stop] = [await open(), vi.fn()];
    const head = new Request("https://localhost/api/events", { method: "HEAD" });
    expect((await eventStream(head, host, async () => stop)).headers.get("content-type")).toMatch(/event-stream/);
    expect(stop).toHaveBeenCalledOnce();
    expect(await open()).toBe(before);
  });

  it("leaves its source when the viewer went while it was asked", async () => {
    const [before, leaving, stop] = [await open(), new AbortController(), vi.fn()];
    await eventStream(ask(leaving.signal), host, async () => {
      leaving.abort();
      return stop;
    });
    expect(stop).toHaveBeenCalledOnce();
    expect(await open()).toBe(before);
  });
});
