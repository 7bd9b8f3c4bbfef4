// Pebble, a real ACME server for tests, as one more service of a small stack. Its own HTTPS certificate comes from a CA
// that only the host trusts, as inside a company.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type SmallStack, toolsImage } from "./small-stack.ts";

export type Pebble = {
  /** Takes the place of this machine's folder of extra authorities. */
  hostCas: string;
  folder: string;
  service: { image: string; command: string[]; networks: Record<string, unknown> } & Record<string, unknown>;
  /** The root that signs its certificates, made anew at each start. */
  root: (stack: SmallStack) => Promise<string>;
  remove: () => void;
};

export const acmeSettings = {
  TAYLORDASH_ACME_EMAIL: "ops@example.test",
  TAYLORDASH_ACME_CA: "https://pebble:14000/dir",
};

export function makePebble(options: { validitySeconds?: number; args?: string[] } = {}): Pebble {
  const folder = mkdtempSync(join(tmpdir(), "td-pebble-"));
  const hostCas = join(folder, "host-cas");
  mkdirSync(hostCas);
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const openssl = (...args: string[]) =>
    execFileSync("openssl", ["req", "-x509", ...key, ...args], { cwd: folder, stdio: "ignore" });
  openssl("-subj", "/CN=Company CA", "-keyout", "ca.key", "-out", "host-cas/company.crt");
  const signer = ["-CA", "host-cas/company.crt", "-CAkey", "ca.key"];
  const names = ["-addext", "subjectAltName=DNS:pebble,DNS:localhost"];
  openssl("-subj", "/CN=pebble", ...names, ...signer, "-keyout", "tls.key", "-out", "tls.crt");
  const pebble = {
    ...{ listenAddress: "0.0.0.0:14000", managementListenAddress: "0.0.0.0:15000" },
    ...{ certificate: "/pebble/tls.crt", privateKey: "/pebble/tls.key" },
    // Where the edge listens inside: the outside's 80 and 443.
    ...{ httpPort: 8080, tlsPort: 8443 },
    certificateValidityPeriod: options.validitySeconds ?? 90 * 86_400,
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify({ pebble }));
  const service = {
    image: toolsImage,
    command: ["pebble", "-config", "/pebble/config.json", "-strict", ...(options.args ?? [])],
    // No waiting, and every order is checked anew.
    environment: { PEBBLE_VA_NOSLEEP: "1", PEBBLE_AUTHZREUSE: "0", PEBBLE_WFE_NONCEREJECT: "0" },
    volumes: [`${folder}:/pebble:ro`],
    networks: { public: {} },
    ports: ["127.0.0.1::15000"],
  };
  const ca = readFileSync(join(hostCas, "company.crt"), "utf8");
  const root = async (stack: SmallStack) => {
    const port = Number((await stack.compose("port", "pebble", "15000")).trim().split(":")[1]);
    return new Promise<string>((resolve, reject) => {
      get(`https://localhost:${port}/roots/0`, { ca, agent: false }, (answer) => resolve(text(answer))).on(
        "error",
        reject,
      );
    });
  };
  return { hostCas, folder, service, root, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
