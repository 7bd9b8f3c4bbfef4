// Let's Encrypt's protocol for real: Traefik asks a Pebble for a certificate of a named domain, Pebble checks it by
// TLS-ALPN-01, and the certificate is renewed in time while the edge goes on.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../lib/platform/test-daemons.ts";
import { docker } from "../stack.ts";
import { buildTools, type Compose, makeSmallStack, type SmallStack, toolsImage } from "../tools/small-stack.ts";

const domain = "dash.example.test";
// Below Traefik's shortest renewal window of 20 minutes, so that its next look, a minute later, renews.
const validitySeconds = 900;
const folder = mkdtempSync(join(tmpdir(), "tdacme-pebble-"));
let stack: SmallStack;
let pebbleCa = "";

/** A CA that only this "company" knows, and Pebble's own HTTPS certificate from it. */
function makePebble() {
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  openssl("req", "-x509", ...key, "-subj", "/CN=Company CA", "-keyout", "ca.key", "-out", "ca.crt");
  const names = ["-addext", "subjectAltName=DNS:pebble,DNS:localhost", "-CA", "ca.crt", "-CAkey", "ca.key"];
  openssl("req", "-x509", ...key, "-subj", "/CN=pebble", ...names, "-keyout", "tls.key", "-out", "tls.crt");
  const pebble = {
    listenAddress: "0.0.0.0:14000",
    managementListenAddress: "0.0.0.0:15000",
    certificate: "/pebble/tls.crt",
    privateKey: "/pebble/tls.key",
    httpPort: 8080,
    tlsPort: 8443,
    certificateValidityPeriod: validitySeconds,
  };
  writeFileSync(join(folder, "config.json"), JSON.stringify({ pebble }));
  mkdirSync(join(folder, "host-cas"));
  pebbleCa = String(execFileSync("cat", [join(folder, "ca.crt")]));
  writeFileSync(join(folder, "host-cas/company.crt"), pebbleCa);
}

function change(compose: Compose) {
  // What a CA with short certificates would want; the default fits Let's Encrypt's 90 days.
  compose.services.traefik?.command.push("--certificatesresolvers.acme.acme.certificatesduration=1");
  compose.services.pebble = {
    image: toolsImage,
    command: ["pebble", "-config", "/pebble/config.json", "-strict"],
    environment: { PEBBLE_VA_NOSLEEP: "1", PEBBLE_AUTHZREUSE: "0", PEBBLE_WFE_NONCEREJECT: "0" },
    volumes: [`${folder}:/pebble:ro`],
    networks: { public: {} },
    ports: ["127.0.0.1::15000"],
  };
}

/** The root that Pebble made for itself at its start. */
async function pebbleRoot(): Promise<string> {
  const port = Number((await stack.compose("port", "pebble", "15000")).trim().split(":")[1]);
  return new Promise((resolve, reject) => {
    get(`https://localhost:${port}/roots/0`, { ca: pebbleCa, agent: false }, (response) => resolve(text(response))).on(
      "error",
      reject,
    );
  });
}

beforeAll(async () => {
  makePebble();
  const settings = { TAYLORDASH_ACME_EMAIL: "ops@example.test", TAYLORDASH_ACME_CA: "https://pebble:14000/dir" };
  stack = await makeSmallStack({ project: "tdacme", domain, settings, hostCas: join(folder, "host-cas"), change });
  await buildTools(stack);
  await stack.compose("up", "-d", "pebble");
  await eventually(pebbleRoot, 30_000);
  await stack.compose("up", "-d", "traefik", "docker-guard");
});

afterAll(async () => {
  await stack?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const edge = async () => {
  const id = (await stack.compose("ps", "-q", "traefik")).trim();
  return docker("inspect", "-f", "{{.Id}} {{.State.StartedAt}} {{.RestartCount}}", id);
};
const log = async () => stack.compose("logs", "--no-color", "traefik", "pebble");

describe("a named domain with an e-mail for ACME", () => {
  let first = "";
  it("gets a certificate from the ACME server, which checked the name by TLS-ALPN-01", async () => {
    const ca = await pebbleRoot();
    const issued = async () => (await stack.served(ca)).authorized;
    await expect.poll(issued, { timeout: 60_000, interval: 500 }).toBe(true);
    const { certificate } = await stack.served(ca);
    expect(certificate.issuer.CN).toMatch(/^Pebble /);
    expect(certificate.subjectaltname).toBe(`DNS:${domain}`);
    first = certificate.serialNumber;
    expect(await log()).toMatch(/tls-alpn-01/i);
  });

  it("has it renewed in time, without a restart of the edge", async () => {
    const before = await edge();
    const ca = await pebbleRoot();
    const serial = async () => (await stack.served(ca)).certificate.serialNumber;
    await expect.poll(serial, { timeout: 100_000, interval: 1_000 }).not.toBe(first);
    const { certificate, authorized } = await stack.served(ca);
    expect(authorized).toBe(true);
    expect(certificate.subjectaltname).toBe(`DNS:${domain}`);
    expect(await edge()).toBe(before);
  });
});
