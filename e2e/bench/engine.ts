// Containers by the hundred, over the engine's own socket: the docker program would cost more than the engine.
import http from "node:http";
import { project } from "../stack.ts";

const socketPath = "/var/run/docker.sock";
const image = "taylordash/base:trixie";
export const madeLabel = "taylordash.bench";
const parallel = 4;
const agent = new http.Agent({ keepAlive: true, maxSockets: parallel });

function ask(method: string, path: string, body?: unknown): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const request = http.request({ socketPath, agent, method, path, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        if ((response.statusCode ?? 500) < 400) resolve(text);
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 200)}`));
      });
    });
    request.on("error", reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>) {
  const next = items.values();
  const worker = async () => {
    for (const item of next) await work(item);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
}

/** Makes services of this project that sleep; those that do not run were never started. Answers how long it took. */
export async function makeContainers(name: string, number: number, run: boolean): Promise<void> {
  await each([...Array(number).keys()], async (index) => {
    const service = `${name}-${index}`;
    const created = await ask("POST", `/containers/create?name=${project}-${service}`, {
      Image: image,
      Cmd: ["sleep", "infinity"],
      Labels: {
        "com.docker.compose.project": project,
        "com.docker.compose.service": service,
        "com.docker.compose.oneoff": "False",
        [madeLabel]: project,
      },
      HostConfig: { NetworkMode: "none", Init: true, LogConfig: { Type: "json-file", Config: { "max-size": "10m" } } },
    });
    if (run) await ask("POST", `/containers/${(JSON.parse(created) as { Id: string }).Id}/start`);
  });
}

/** Removes everything the benches made in this project, what a killed run left too. */
export async function removeContainers(): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${madeLabel}=${project}`] }));
  const all = JSON.parse(await ask("GET", `/containers/json?all=1&filters=${filters}`)) as { Id: string }[];
  await each(all, async ({ Id }) => {
    await ask("DELETE", `/containers/${Id}?force=1`);
  });
  agent.destroy();
}
