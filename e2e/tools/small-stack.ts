// A second project beside the test stack: the edge and docker-guard alone, under a domain name of its own, with its own
// ports, state and secrets, made by the host command's own functions.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { connect, type DetailedPeerCertificate } from "node:tls";
import { command, docker, root } from "../stack.ts";

export const toolsImage = "taylordash/tools:test";

type Service = { networks: Record<string, unknown>; command: string[] } & Record<string, unknown>;
export type Compose = { name: string; services: Record<string, Service> };

export type SmallStack = {
  project: string;
  domain: string;
  httpsPort: number;
  state: string;
  /** Runs shell with the functions of infra/host loaded, as `up` does; answers its output. */
  host: (script: string) => Promise<string>;
  /** The host command on this project; answers its output. */
  taylordash: (...args: string[]) => Promise<string>;
  /** `docker compose` on the project's file, as `change` left it. */
  compose: (...args: string[]) => Promise<string>;
  /** The certificate served for the domain, or for another name; `authorized` under the CA given. */
  served: (ca: string, name?: string) => Promise<{ certificate: DetailedPeerCertificate; authorized: boolean }>;
  remove: () => Promise<void>;
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs a program with an environment and an input of its own. @throws Error with its stderr. */
async function run(file: string, args: string[], env: Record<string, string>, input = ""): Promise<string> {
  const child = spawn(file, args, { cwd: root, env: { ...process.env, ...env }, timeout: 120_000 });
  child.stdin.end(input);
  const closed = new Promise<number | null>((resolve) => child.on("close", resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if ((await closed) !== 0) throw new Error(`${file} ${args.join(" ")}: ${err}${out}`);
  return out;
}

const functions = `set -euo pipefail; shopt -s lastpipe; export ROOT=$PWD; HOST=$ROOT/infra/host
for part in output settings engine own-services secrets certificates acme start; do . "$HOST/$part.sh"; done
load_settings`;
const prepare = "save_settings; make_secrets; make_ca; make_leaves; make_host_ca";

/**
 * Makes the project; nothing runs until `compose("up", ...)`. `hostCas` takes the place of this machine's folder of extra
 * authorities, `change` edits what `docker compose config` says.
 */
export async function makeSmallStack(options: {
  project: string;
  domain: string;
  settings?: Record<string, string>;
  hostCas?: string;
  change?: (compose: Compose) => void;
}): Promise<SmallStack> {
  const { project, domain } = options;
  const state = mkdtempSync(join(tmpdir(), `${project}-`));
  const [http, https, mqtts] = [await freePort(), await freePort(), await freePort()];
  const env = {
    TAYLORDASH_PROJECT: project,
    TAYLORDASH_DOMAIN: domain,
    TAYLORDASH_STATE_DIR: state,
    TAYLORDASH_HTTP_PORT: String(http),
    TAYLORDASH_HTTPS_PORT: String(https),
    TAYLORDASH_MQTTS_PORT: String(mqtts),
    TAYLORDASH_ACME_EMAIL: "",
    TAYLORDASH_ACME_CA: "",
    TAYLORDASH_ACME_DNS: "",
    ...options.settings,
  };
  const hostCas = `HOST_CA_DIR=${options.hostCas ?? "/nowhere"}`;
  const host = (script: string) => run("bash", ["-c", `${functions}; ${hostCas}; ${script}`], env);
  await host(prepare);
  const file = JSON.parse(await host("compose config --format json")) as Compose;
  // The name that the outside knows the edge by, for those who ask from inside the project's network.
  Object.assign(file.services.traefik?.networks ?? {}, { public: { aliases: [domain] } });
  options.change?.(file);
  const compose = (...args: string[]) =>
    run(
      "docker",
      ["compose", "--project-directory", root, "-f", "-", "-p", project, ...args],
      env,
      JSON.stringify(file),
    );
  const down = () => compose("down", "--volumes", "--remove-orphans", "--timeout", "2");
  // A killed run leaves its project behind, certificates in volumes too.
  await down();
  const remove = async () => {
    await down();
    rmSync(state, { recursive: true, force: true });
  };
  return {
    project,
    domain,
    httpsPort: https,
    state,
    host,
    taylordash: (...args) => run(join(root, "taylordash"), args, env),
    compose,
    served: (ca, name = domain) => served(name, https, ca),
    remove,
  };
}

const served = (domain: string, port: number, ca: string) =>
  new Promise<{ certificate: DetailedPeerCertificate; authorized: boolean }>((resolve, reject) => {
    const options = { host: "127.0.0.1", port, servername: domain, ca, rejectUnauthorized: false };
    const socket = connect(options, () => {
      resolve({ certificate: socket.getPeerCertificate(true), authorized: socket.authorized });
      socket.destroy();
    });
    socket.setTimeout(5_000, () => socket.destroy(new Error("no handshake in time")));
    socket.on("error", reject);
  });

/** Pebble, testssl.sh and a registry, from packages; the engine's cache makes a second build a matter of a second. */
export async function buildTools(stack: Pick<SmallStack, "state">) {
  await command("bash", ["infra/images/build.sh", "base"]);
  const cas = join(stack.state, "host-cas.pem");
  const proxies = ["http_proxy", "https_proxy", "no_proxy"].filter((name) => process.env[name]);
  const folder = "/usr/local/share/ca-certificates";
  await command("bash", ["-c", `cat ${folder}/*.crt >"$1" 2>/dev/null || : >"$1"`, "bash", cas]);
  const file = ["--secret", `id=hostca,src=${cas}`, "--tag", toolsImage, "--file", "e2e/tools/Dockerfile"];
  await docker("build", ...proxies.flatMap((name) => ["--build-arg", name]), ...file, "infra/images");
}

export const readCa = (stack: SmallStack) => readFileSync(join(stack.state, "secrets/ca/ca.crt"), "utf8");
