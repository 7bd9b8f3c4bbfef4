import { expect, it } from "vitest";
import { testContainer } from "../platform/test-container.ts";
import { toRow } from "../services/index.ts";
import { exposition } from "./container-metrics.ts";

const statistics = {
  ...{ at: 0, cpuNanoseconds: 1.5e9, memoryBytes: 2048, memoryLimitBytes: 4096 },
  ...{ receivedBytes: 1, sentBytes: 2, readBytes: 3, writtenBytes: 4, processes: 5 },
};
const row = toRow(testContainer({ health: "healthy" }));
const text = (change: Parameters<typeof exposition>[0][number]) => exposition([change]);

it("has cAdvisor's names, with the labels that its dashboards group by", () => {
  const lines = text({ row, statistics, outOfMemoryEvents: 2 }).split("\n");
  const of = 'name="project-web-1",service="web"';
  expect(lines).toEqual(
    expect.arrayContaining([
      "# TYPE container_cpu_usage_seconds_total counter",
      `container_cpu_usage_seconds_total{${of},cpu="total"} 1.5`,
      `container_memory_working_set_bytes{${of}} 2048`,
      `container_spec_memory_limit_bytes{${of}} 4096`,
      `container_network_receive_bytes_total{${of},interface="all"} 1`,
      `container_network_transmit_bytes_total{${of},interface="all"} 2`,
      `container_fs_reads_bytes_total{${of},device="all"} 3`,
      `container_fs_writes_bytes_total{${of},device="all"} 4`,
      `container_threads{${of}} 5`,
      `container_start_time_seconds{${of}} ${Date.parse("2026-01-01T00:00:01Z") / 1000}`,
      `container_oom_events_total{${of}} 2`,
      `container_health_state{${of}} 1`,
    ]),
  );
});

it("tells of a container that could not be measured only what is known", () => {
  const lines = text({ row, statistics: null, outOfMemoryEvents: 0 });
  expect(lines).not.toContain("container_memory_working_set_bytes{");
  expect(lines).toContain("container_health_state{");
});

it("keeps a hostile name inside its quotes", () => {
  const hostile = toRow(testContainer({ name: 'a"} 1\nevil{x="\\' }));
  const samples = text({ row: hostile, statistics, outOfMemoryEvents: 0 })
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  for (const line of samples) expect(line).toMatch(/^container_\w+\{name="a\\"\} 1\\nevil\{x=\\"\\\\",service="web"/);
});
