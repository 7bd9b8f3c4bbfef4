// Unix sockets that a container can see, wherever they lie in its file system.
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";

const kernel = new Set(["proc", "sysfs", "cgroup", "cgroup2", "devpts", "mqueue"]);

const mounts = (pid: number) =>
  readFileSync(`/proc/${pid}/mountinfo`, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" "))
    .map((fields) => ({ path: fields[4] ?? "", type: fields[fields.indexOf("-") + 1] ?? "" }));

/** Every socket file below the root of a process; what the kernel itself serves (/proc, /sys) holds none. */
export function socketFiles(pid: number): string[] {
  const mounted = mounts(pid);
  const skip = new Set(mounted.filter(({ type }) => kernel.has(type)).map(({ path }) => path));
  // A socket mounted as a file: its folder's entry still says what lies underneath.
  const found = mounted.map(({ path }) => path).filter((path) => lstatSync(`/proc/${pid}/root${path}`).isSocket());
  const walk = (path: string) => {
    if (skip.has(path)) return;
    for (const entry of entries(join(`/proc/${pid}/root`, path))) {
      const inner = join(path, entry.name);
      if (entry.isSocket()) found.push(inner);
      if (entry.isDirectory()) walk(inner);
    }
  };
  walk("/");
  return found.sort();
}

// A folder may go while the walk is under way: a temporary one of a running program.
function entries(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

/** One HTTP request over a socket that a process sees; status 0 when what listens there speaks no HTTP. */
export function askSocket(pid: number, path: string, what: string, body?: string) {
  const [method, target] = what.split(" ");
  const headers = { host: "docker", ...(body ? { "content-type": "application/json" } : {}) };
  const options = {
    socketPath: `/proc/${pid}/root${path}`,
    method,
    path: target,
    headers,
    timeout: 3_000,
    agent: false,
  };
  return new Promise<{ status: number; body: string }>((resolve) => {
    const asked = request(options, (response) => {
      const end = () => resolve({ status: response.statusCode ?? 0, body: text });
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString("utf8");
      });
      response.on("end", end);
      response.on("error", end);
    });
    asked.on("timeout", () => asked.destroy(new Error("silent")));
    asked.on("error", (error) => resolve({ status: 0, body: error.message }));
    asked.end(body);
  });
}
