import { expect, it } from "vitest";
import { fromStats } from "./docker-stats.ts";

// Recorded from engine 26.1 with cgroup v1: a database after half a minute.
const v1 = {
  read: "2026-11-24T20:05:07.964729068Z",
  preread: "0001-01-01T00:00:00Z",
  pids_stats: { current: 13, limit: 256 },
  blkio_stats: {
    io_service_bytes_recursive: [
      { major: 8, minor: 0, op: "Read", value: 4096 },
      { major: 8, minor: 0, op: "Write", value: 12_288 },
      { major: 8, minor: 16, op: "Read", value: 4096 },
      { major: 8, minor: 0, op: "Total", value: 16_384 },
    ],
  },
  cpu_stats: {
    cpu_usage: { total_usage: 5_187_946_541, percpu_usage: [2_663_476_576, 2_524_469_965] },
    system_cpu_usage: 2_080_100_000_000,
    online_cpus: 2,
  },
  memory_stats: {
    usage: 137_347_072,
    max_usage: 165_093_376,
    stats: { cache: 95_137_792, inactive_file: 1, total_inactive_file: 53_178_368, rss: 31_956_992 },
    limit: 536_870_912,
  },
  networks: {
    eth0: { rx_bytes: 2_826_941, rx_packets: 9_495, tx_bytes: 7_577_688, tx_packets: 8_802 },
    eth1: { rx_bytes: 9, rx_packets: 1, tx_bytes: 12, tx_packets: 1 },
  },
};

it("reads an answer made with cgroup v1", () => {
  expect(fromStats(v1)).toEqual({
    at: Date.parse("2026-11-24T20:05:07.964Z"),
    cpuNanoseconds: 5_187_946_541,
    memoryBytes: 137_347_072 - 53_178_368,
    memoryLimitBytes: 536_870_912,
    receivedBytes: 2_826_950,
    sentBytes: 7_577_700,
    readBytes: 8192,
    writtenBytes: 12_288,
    processes: 13,
  });
});

it("reads an answer made with cgroup v2, whose names differ", () => {
  const v2 = {
    ...v1,
    blkio_stats: {
      io_service_bytes_recursive: [
        { major: 254, minor: 0, op: "read", value: 5 },
        { major: 254, minor: 0, op: "write", value: 7 },
      ],
    },
    memory_stats: { usage: 1000, limit: 2000, stats: { inactive_file: 400, active_file: 100 } },
    networks: undefined,
  };
  expect(fromStats(v2)).toMatchObject({
    ...{ memoryBytes: 600, memoryLimitBytes: 2000, readBytes: 5, writtenBytes: 7 },
    ...{ receivedBytes: 0, sentBytes: 0 },
  });
});

it("has no numbers of a container that does not run", () => {
  const stopped = {
    ...{ read: "0001-01-01T00:00:00Z", preread: "0001-01-01T00:00:00Z", pids_stats: {} },
    ...{ blkio_stats: { io_service_bytes_recursive: null }, memory_stats: {} },
    cpu_stats: { cpu_usage: { total_usage: 0 } },
  };
  expect(fromStats(stopped)).toBeNull();
});

it("refuses what is no statistics", () => {
  expect(() => fromStats({ message: "no such container" })).toThrow();
  expect(() => fromStats({ ...v1, cpu_stats: { cpu_usage: { total_usage: "much" } } })).toThrow();
});
