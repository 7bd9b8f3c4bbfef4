// Container statistics under cAdvisor's names, so that dashboards and rules made for it work. Read when Prometheus
// asks, at most every ten seconds, and at no other time.
import { readStatistics, type Statistics } from "../platform/docker-stats.ts";
import { messageOf } from "../platform/errors.ts";
import { log } from "../platform/log.ts";
import { rows } from "../platform/postgres.ts";
import { listServices, type ServiceRow } from "../services/index.ts";

export const metricsPath = "/metrics/containers";
const freshMs = 10_000;
const parallelReadings = 4;

export type Measured = { row: ServiceRow; statistics: Statistics | null; outOfMemoryEvents: number };
type Metric = {
  name: string;
  type: "counter" | "gauge";
  help: string;
  /** Null: this container has none. */
  value: (measured: Measured) => number | null;
  labels?: Record<string, string>;
};

const total = (name: string, help: string, read: (statistics: Statistics) => number, labels = {}): Metric => ({
  ...{ name, help, type: "counter", labels },
  value: ({ statistics }) => statistics && read(statistics),
});
const now = (name: string, help: string, read: (statistics: Statistics) => number): Metric => ({
  ...{ name, help, type: "gauge" },
  value: ({ statistics }) => statistics && read(statistics),
});

// cAdvisor's own: 1 healthy, 0 unhealthy, -1 when there is no verdict.
const verdict = ({ health }: ServiceRow) => (health === "healthy" ? 1 : health === "unhealthy" ? 0 : -1);

const metrics: readonly Metric[] = [
  total("container_cpu_usage_seconds_total", "Processor time", (s) => s.cpuNanoseconds / 1e9, { cpu: "total" }),
  now("container_memory_working_set_bytes", "Memory without inactive page cache", (s) => s.memoryBytes),
  now(
    "container_spec_memory_limit_bytes",
    "Memory allowed; the machine's own without a limit",
    (s) => s.memoryLimitBytes,
  ),
  total("container_network_receive_bytes_total", "Bytes received", (s) => s.receivedBytes, { interface: "all" }),
  total("container_network_transmit_bytes_total", "Bytes sent", (s) => s.sentBytes, { interface: "all" }),
  total("container_fs_reads_bytes_total", "Bytes read from disks", (s) => s.readBytes, { device: "all" }),
  total("container_fs_writes_bytes_total", "Bytes written to disks", (s) => s.writtenBytes, { device: "all" }),
  now("container_threads", "Threads running inside", (s) => s.processes),
  {
    ...{ name: "container_start_time_seconds", type: "gauge", help: "When it started, in seconds since 1970" },
    value: ({ row }) => (row.startedAt && row.state === "running" ? Date.parse(row.startedAt) / 1000 : null),
  },
  {
    ...{
      name: "container_oom_events_total",
      type: "counter",
      help: "Times the kernel ended a process for want of memory",
    },
    value: ({ outOfMemoryEvents }) => outOfMemoryEvents,
  },
  {
    ...{ name: "container_health_state", type: "gauge", help: "1 healthy, 0 unhealthy, -1 without a verdict" },
    value: ({ row }) => (row.state === "running" ? verdict(row) : null),
  },
];

const quoted = (text: string) => `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")}"`;

/** Prometheus' text format. */
export function exposition(measured: readonly Measured[]): string {
  const lines = metrics.flatMap(({ name, type, help, value, labels = {} }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...measured.flatMap((each) => {
      const number = value(each);
      if (number === null) return [];
      const all = Object.entries({ name: each.row.name, service: each.row.service, ...labels });
      return [`${name}{${all.map(([label, text]) => `${label}=${quoted(text)}`).join(",")}} ${number}`];
    }),
  ]);
  return `${lines.join("\n")}\n`;
}

/** Out of the history, so that every worker answers the same: a row that says so and follows none that does. */
async function outOfMemoryEvents(): Promise<Map<string, number>> {
  const counts = await rows<{ id: string; events: string }>(
    `select container_id as id, count(*) as events from (
       select container_id, out_of_memory and not coalesce(
         lag(out_of_memory) over (partition by container_id order by at, id), false) as began
       from service_history
       where container_id in (select container_id from service_history where out_of_memory)
     ) as changes where began group by container_id`,
  );
  return new Map(counts.map(({ id, events }) => [id, Number(events)]));
}

async function measure(): Promise<string> {
  const [{ services }, events] = await Promise.all([
    listServices({ kind: "host", name: "worker" }),
    outOfMemoryEvents().catch(() => new Map<string, number>()),
  ]);
  const measured = services.map(
    (row): Measured => ({ row, statistics: null, outOfMemoryEvents: events.get(row.id) ?? 0 }),
  );
  const running = measured.filter(({ row }) => row.state === "running").values();
  const work = async () => {
    for (const each of running) {
      each.statistics = await readStatistics(each.row.id).catch((error: unknown) => {
        log.debug({ cause: messageOf(error), container: each.row.name }, "a container could not be measured");
        return null;
      });
    }
  };
  await Promise.all(Array.from({ length: parallelReadings }, work));
  return exposition(measured);
}

let last: { at: number; text: Promise<string> } | null = null;

export function containerMetrics(): Promise<string> {
  if (!last || Date.now() - last.at > freshMs) {
    const text = measure();
    last = { at: Date.now(), text };
    text.catch(() => {
      last = null;
    });
  }
  return last.text;
}
