import { describe, expect, it, vi } from "vitest";
import { metricsText } from "@/lib/platform/metrics";
import { runShutdown } from "@/lib/platform/process-wide";
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

  it("cuts a viewer off who does not read, and keeps nothing for them", async () => {
    const [before, stop] = [await open(), vi.fn()];
    let say: (message: { name: string; data: unknown }) => void = () => undefined;
    const response = await eventStream(ask(new AbortController().signal), host, async (send) => {
      say = send;
      return stop;
    });
    for (let n = 0; n < 2_100; n += 1) say({ name: "service", data: n });
    expect(stop).toHaveBeenCalledOnce();
    expect(await open()).toBe(before);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    await expect(reader.read()).rejects.toMatchObject({ name: "AbortError" });
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

  it("ends at once when it begins while the portal stops", async () => {
    const stop = vi.fn();
    await runShutdown("first");
    await eventStream(ask(new AbortController().signal), host, async () => stop);
    await expect.poll(() => stop.mock.calls.length).toBe(1);
  });
});
