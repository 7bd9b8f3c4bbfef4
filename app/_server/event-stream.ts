// Server-sent events out of any source that calls back. A viewer who does not read is cut off, and resumes later.
import { isHost, type Principal, watchSession } from "@/lib/auth";
import { Gauge, registry } from "@/lib/platform/metrics";
import { onShutdown, processWide } from "@/lib/platform/process-wide";

/** `skippable`: a newer one makes it worthless, so a viewer who does not keep up goes without it. */
type Message = { id?: string; name: string; data: unknown; skippable?: boolean };
/** `waiting`: messages that the viewer has not taken yet, for a source that can hold back. */
type Start = (send: (message: Message) => void, waiting: () => number) => Promise<() => void>;

/** Told by name, so that a page notices a stream that has fallen silent while its connection stands. */
const heartbeatMs = 20_000;
/** A stream that was cut is asked for anew almost at once; all viewers of a portal that restarts not in the same instant. */
const retryMs = () => 150 + Math.round(Math.random() * 100);
/** Messages waiting for a viewer before the stream is cut; what a slow phone needs in a burst is far below. */
const longestQueue = 2_000;
const longestSkippableQueue = 5;

const openStreams = () =>
  processWide(
    "open-streams",
    () =>
      new Gauge({
        ...{ name: "taylordash_event_streams", help: "Server-sent event streams that are open" },
        registers: [registry],
      }),
  );

const frame = ({ id, name, data }: Message) =>
  `${id ? `id: ${id}\n` : ""}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** @throws whatever `start` throws, before anything is sent. */
export async function eventStream(request: Request, actor: Principal, start: Start): Promise<Response> {
  const encoder = new TextEncoder();
  const early: Message[] = [];
  let send = (message: Message): void => {
    early.push(message);
  };
  let waiting = () => early.length;
  const stop = await start(
    (message) => send(message),
    () => waiting(),
  );
  let end: (finish?: (why: DOMException) => void) => void = () => undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let open = true;
        const write = (text: string) => {
          if (!open) return;
          if ((controller.desiredSize ?? 0) < -longestQueue) {
            // What waits is thrown away: a stream that is only closed would keep it until the viewer has read it all.
            end((why) => controller.error(why));
            return;
          }
          controller.enqueue(encoder.encode(text));
        };
        openStreams().inc();
        const undo: (() => void)[] = [stop, () => openStreams().dec()];
        end = (finish = () => controller.close()) => {
          if (!open) return;
          open = false;
          for (const step of undo) step();
          try {
            finish(new DOMException("The viewer does not read.", "AbortError"));
          } catch {
            // The viewer is gone already.
          }
        };
        const heartbeat = setInterval(() => write("event: beat\ndata: 1\n\n"), heartbeatMs);
        undo.push(
          () => clearInterval(heartbeat),
          onShutdown(() => end()),
        );
        // Signing out, an admin's click and a changed role end the stream too; the browser then asks anew.
        if (!isHost(actor)) undo.push(watchSession(actor, () => end()));
        request.signal.addEventListener("abort", () => end(), { once: true });
        write(`retry: ${retryMs()}\n\n`);
        waiting = () => (open ? Math.max(0, -(controller.desiredSize ?? 0)) : 0);
        send = (message) => {
          if (!(message.skippable && waiting() > longestSkippableQueue)) write(frame(message));
        };
        for (const message of early.splice(0)) send(message);
        // Who left while the source was asked tells nobody a second time, and nobody reads or cancels the stream; nor
        // does Next for HEAD.
        if (request.signal.aborted || request.method === "HEAD") end();
      },
      cancel: () => end(),
    },
    new CountQueuingStrategy({ highWaterMark: 0 }),
  );
  return new Response(body, {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      // No proxy on the way may hold lines back.
      "x-accel-buffering": "no",
    },
  });
}
