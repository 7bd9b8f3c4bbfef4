import type { ServiceRow } from "@/lib/services/schema";

/** A healthy service for tests, changed in what a test is about. */
export const exampleRow = (title: string, change: Partial<ServiceRow> = {}): ServiceRow => ({
  id: title,
  name: `td-${title}-1`,
  service: title.toLowerCase(),
  title,
  description: "",
  icon: "",
  link: null,
  protected: false,
  stateful: false,
  scalable: false,
  state: "running",
  health: "healthy",
  exitCode: null,
  outOfMemory: false,
  stoppedOnPurpose: false,
  restarts: 0,
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: null,
  image: "a:1",
  ports: [],
  ...change,
});
