// Real daemons for integration tests: containers of the stack's own images, on random ports of the loopback address.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import tls from "node:tls";

const docker = (...args: string[]) =>
  execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();

export type Daemon = { id: string; port: (inside: number) => number; logs: () => string; stop: () => void };

export function startDaemon(image: string, options: { ports: number[]; args?: string[]; command?: string[] }): Daemon {
  const publish = options.ports.flatMap((port) => ["-p", `127.0.0.1::${port}`]);
  const id = docker("run", "-d", ...publish, ...(options.args ?? []), image, ...(options.command ?? []));
  return {
    id,
    port: (inside) => Number(docker("port", id, `${inside}/tcp`).split("\n")[0]?.split(":").at(-1)),
    logs: () => docker("logs", "--tail", "40", id),
    stop: () => void docker("rm", "-fv", id),
  };
}

/** A folder with tls.crt, tls.key, ca.crt for `localhost`, trusted by this process from now on. */
export function testFolder(secrets: Record<string, string> = {}): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "taylordash-test-"));
  chmodSync(folder, 0o755);
  const [crt, key] = [join(folder, "tls.crt"), join(folder, "tls.key")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", ...kind, ...subject, "-keyout", key, "-out", crt], { stdio: "ignore" });
  const ca = readFileSync(crt, "utf8");
  writeFileSync(join(folder, "ca.crt"), ca);
  for (const [name, value] of Object.entries(secrets)) writeFileSync(join(folder, name), value);
  for (const name of ["tls.crt", "tls.key", "ca.crt", ...Object.keys(secrets)]) chmodSync(join(folder, name), 0o644);
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), ca]);
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Waits until `work` passes. @throws the last error after `limitMs`. */
export async function eventually<T>(work: () => Promise<T>, limitMs = 120_000): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end) throw error;
      await sleep(200);
    }
  }
}
