import type { ServiceRow } from "@/lib/services/schema";

/** A healthy service for tests, changed in what a test is about. */
export const exampleRow = (title: string, change: Partial<ServiceRow> = {}): ServiceRow => ({
  id: title,
  name: `td-${title}-1`,
  service: title.toLowerCase(),
  number: 1,
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
  endedBy: null,
  restarts: 0,
  crashLoop: false,
  startedAt: "2026-01-01T00:00:00.000Z",
  finishedAt: null,
  image: "a:1",
  ports: [],
  ...change,
});
