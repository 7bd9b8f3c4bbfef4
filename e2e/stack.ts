// The running stack the tests talk to, as `./taylordash test` names it in the environment.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export const root = join(import.meta.dirname, "..");
export const project = process.env.TAYLORDASH_PROJECT ?? "taylordash";
export const stateDir = process.env.TAYLORDASH_STATE_DIR ?? root;
export const httpsPort = Number(process.env.TAYLORDASH_HTTPS_PORT ?? 443);
export const httpPort = Number(process.env.TAYLORDASH_HTTP_PORT ?? 80);
export const mqttsPort = Number(process.env.TAYLORDASH_MQTTS_PORT ?? 8883);
export const origin = `https://localhost${httpsPort === 443 ? "" : `:${httpsPort}`}`;
export const chromium = process.env.CHROMIUM ?? join(root, "e2e/chromium.sh");
export const caFile = join(stateDir, "secrets/ca/ca.crt");
export const ca = () => readFileSync(caFile, "utf8");

/** Runs a program without a shell; rejects with its stderr on a non-zero exit. */
export async function command(file: string, args: string[], input?: { timeoutMs?: number }) {
  const { stdout } = await run(file, args, {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
    timeout: input?.timeoutMs ?? 300_000,
  });
  return stdout;
}

export const docker = (...args: string[]) => command("docker", args);
/** For what only time brings about, such as an idle session: the clock of its row is set back. Answers bare rows. */
export const sql = async (text: string): Promise<string> => {
  const out = await docker(
    "exec",
    await container("postgres"),
    ...["psql", "-U", "postgres", "-d", "portal", "-qAtc", text],
  );
  return out.trim();
};
export const taylordash = (...args: string[]) => command(join(root, "taylordash"), args);

/** Ids of this project's containers, by compose service; one-off `run` containers are left out. */
export async function containers(): Promise<Map<string, string>> {
  const format = '{{.ID}} {{.Label "com.docker.compose.service"}}';
  const filters = [`label=com.docker.compose.project=${project}`, "label=com.docker.compose.oneoff=False"];
  const out = await docker("ps", "--no-trunc", "--format", format, ...filters.flatMap((f) => ["--filter", f]));
  return new Map(
    out
      .trim()
      .split("\n")
      .map((line) => line.split(" "))
      .map(([id = "", service = ""]) => [service, id]),
  );
}

export async function container(service: string): Promise<string> {
  const id = (await containers()).get(service);
  if (!id) throw new Error(`no running container of ${project}/${service}`);
  return id;
}
