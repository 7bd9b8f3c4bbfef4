// What docker-guard adds to a request: the stack's own guard against the raw socket, asked by turns, one after another.
import http from "node:http";
import { container, docker, project } from "../stack.ts";
import type { Figure } from "./figure.ts";

const raw = "/var/run/docker.sock";
const rounds = 500;

const percentile = (values: number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * share) - 1] ?? Number.NaN;

// Kept open, as dockerode's are.
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** Milliseconds from the request to the last byte of its answer. */
const timed = (socketPath: string, path: string) =>
  new Promise<number>((resolve, reject) => {
    const begin = performance.now();
    const request = http.get({ socketPath, path, agent }, (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode === 200) resolve(performance.now() - begin);
        else reject(new Error(`${path} through ${socketPath}: ${response.statusCode}`));
      });
    });
    request.on("error", reject);
  });

export async function guardLatency(guard?: string): Promise<Figure[]> {
  const volume = ["volume", "inspect", "--format", "{{.Mountpoint}}", `${project}_guard-portal`];
  const socket = guard ?? `${(await docker(...volume)).trim()}/docker.sock`;
  const label = encodeURIComponent(JSON.stringify({ label: [`com.docker.compose.project=${project}`] }));
  const paths = {
    ping: "/_ping",
    list: `/containers/json?all=1&filters=${label}`,
    inspect: `/containers/${await container("docker-guard")}/json`,
  };
  const figures: Figure[] = [];
  for (const [name, path] of Object.entries(paths)) {
    const times = { raw: [] as number[], guard: [] as number[] };
    for (let round = -20; round < rounds; round++) {
      const [direct, guarded] = [await timed(raw, path), await timed(socket, path)];
      // The first ones warm both sides up.
      if (round < 0) continue;
      times.raw.push(direct);
      times.guard.push(guarded);
    }
    const added = (share: number) => percentile(times.guard, share) - percentile(times.raw, share);
    const note = `p50 ${added(0.5).toFixed(2)} ms; p95 raw ${percentile(times.raw, 0.95).toFixed(2)} ms; n = ${rounds}`;
    figures.push({ name: `docker-guard adds to ${name}, p95`, value: added(0.95), limit: 2, unit: "ms", note });
  }
  agent.destroy();
  return figures;
}
