// A container as the adapter would answer it, for tests of what is made of it.
import type { EngineDetails } from "./docker-details.ts";

export function testContainer(change: Partial<EngineDetails> = {}): EngineDetails {
  const service = change.labels?.["com.docker.compose.service"] ?? "web";
  return {
    id: "a".repeat(64),
    name: `project-${service}-1`,
    labels: { "com.docker.compose.service": service },
    image: "web:1",
    imageId: `sha256:${"1".repeat(64)}`,
    createdAt: "2026-01-01T00:00:00.000Z",
    state: "running",
    health: null,
    exitCode: null,
    outOfMemory: false,
    stoppedOnPurpose: false,
    restarts: 0,
    startedAt: "2026-01-01T00:00:01.000Z",
    finishedAt: null,
    ports: [],
    writableMount: false,
    entrypoint: [],
    command: ["web"],
    user: "1000:1000",
    limits: { cpus: null, memoryBytes: null, processes: null },
    restartPolicy: { name: "unless-stopped", retries: 0 },
    readOnly: true,
    privileged: false,
    capabilities: { added: [], dropped: ["ALL"] },
    noNewPrivileges: true,
    healthcheck: null,
    probes: [],
    networks: [],
    mounts: [],
    ...change,
  };
}
