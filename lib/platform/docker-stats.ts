// What the engine measures of a container, in our words: totals since it started. Rates follow from two of them.
import type { Readable } from "node:stream";
import { z } from "zod";
import { docker, unavailable } from "./docker.ts";

export type Statistics = {
  /** When the engine read it, in ms since 1970. */
  at: number;
  cpuNanoseconds: number;
  /** The engine's "usage" counts page cache that the kernel would give back first; this one does not. */
  memoryBytes: number;
  /** The machine's own memory where no limit is set. */
  memoryLimitBytes: number;
  receivedBytes: number;
  sentBytes: number;
  readBytes: number;
  writtenBytes: number;
  processes: number;
};

const count = z.number().nonnegative();
const Answer = z.object({
  read: z.string(),
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: count }) }),
  memory_stats: z.object({
    usage: count.default(0),
    limit: count.default(0),
    stats: z.object({ inactive_file: count.optional(), total_inactive_file: count.optional() }).optional(),
  }),
  pids_stats: z.object({ current: count.default(0) }),
  blkio_stats: z.object({
    io_service_bytes_recursive: z.array(z.object({ op: z.string(), value: count })).nullish(),
  }),
  networks: z.record(z.string(), z.object({ rx_bytes: count, tx_bytes: count })).nullish(),
});

/** Null for a container that does not run: the engine answers with year 1 then. */
export function fromStats(raw: unknown): Statistics | null {
  const answer = Answer.parse(raw);
  const at = Date.parse(answer.read);
  if (!(at > 0)) return null;
  const { usage, limit, stats } = answer.memory_stats;
  // cgroup v1 sums a hierarchy in total_*; v2 has one number. The subtraction is the one of `docker stats`.
  const inactive = stats?.total_inactive_file ?? stats?.inactive_file ?? 0;
  const networks = Object.values(answer.networks ?? {});
  const blocks = answer.blkio_stats.io_service_bytes_recursive ?? [];
  const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);
  // "Read" with cgroup v1, "read" with v2.
  const moved = (op: string) => sum(blocks.filter((each) => each.op.toLowerCase() === op).map(({ value }) => value));
  return {
    at,
    cpuNanoseconds: answer.cpu_stats.cpu_usage.total_usage,
    memoryBytes: Math.max(0, usage - inactive),
    memoryLimitBytes: limit,
    receivedBytes: sum(networks.map(({ rx_bytes }) => rx_bytes)),
    sentBytes: sum(networks.map(({ tx_bytes }) => tx_bytes)),
    readBytes: moved("read"),
    writtenBytes: moved("write"),
    processes: answer.pids_stats.current,
  };
}

/** One reading, about 3 ms: without the second that the engine otherwise waits for a rate of its own. */
export async function readStatistics(id: string): Promise<Statistics | null> {
  const answer = await docker().getContainer(id).stats({ stream: false, "one-shot": true }).catch(unavailable);
  return fromStats(answer);
}

/**
 * Calls back about once a second until the stream breaks or the signal fires; resolves then. A container that stops
 * does not end the engine's stream: whoever watches closes it.
 */
export async function watchStatistics(
  id: string,
  signal: AbortSignal,
  onReading: (reading: Statistics) => void,
): Promise<void> {
  const options = { stream: true, abortSignal: signal } as const;
  const stream = (await docker().getContainer(id).stats(options).catch(unavailable)) as Readable;
  if (signal.aborted) return void stream.destroy();
  signal.addEventListener("abort", () => stream.destroy(), { once: true });
  let rest = "";
  try {
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const reading = line.trim() === "" ? null : fromStats(JSON.parse(line));
        if (reading) onReading(reading);
      }
    }
  } catch (error) {
    if (!signal.aborted) unavailable(error);
  }
}
