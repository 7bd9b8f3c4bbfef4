// An engine that takes the request for events and then says nothing, as one that hangs does.
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { watchContainers } from "./docker.ts";
import { processWide } from "./process-wide.ts";

const dir = mkdtempSync(join(tmpdir(), "engine-"));
let hangs = true;
let pings = 0;
const engine = createServer((request, response) => {
  if (request.url?.includes("/events")) response.writeHead(200).flushHeaders();
  else if (!hangs) {
    pings++;
    response.end("OK");
  }
});

beforeAll(async () => {
  await once(engine.listen(join(dir, "docker.sock")), "listening");
  processWide("docker", () => new Docker({ socketPath: join(dir, "docker.sock") }));
});
afterAll(() => {
  engine.closeAllConnections();
  engine.close();
  rmSync(dir, { recursive: true });
});

it("gives a stream up whose engine answers no ping, and keeps one whose engine does", async () => {
  const opened = vi.fn();
  const hanging = { everyMs: 20, withinMs: 50 };
  const watching = watchContainers(new AbortController().signal, opened, () => undefined, hanging);
  await expect(watching).rejects.toMatchObject({ code: "engine-unreachable" });
  expect(opened).toHaveBeenCalledOnce();

  hangs = false;
  const stop = new AbortController();
  const ended = vi.fn();
  const ping = { everyMs: 20, withinMs: 10_000 };
  const sound = watchContainers(stop.signal, opened, () => undefined, ping).finally(ended);
  await expect.poll(() => pings, { timeout: 10_000 }).toBeGreaterThan(5);
  expect(ended).not.toHaveBeenCalled();
  stop.abort();
  await sound;
});
