// Let's Encrypt's protocol for real: Traefik asks a Pebble for a certificate of a named domain, Pebble checks it by
// TLS-ALPN-01, and the certificate is renewed in time while the edge goes on.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../lib/platform/test-daemons.ts";
import { docker } from "../stack.ts";
import { acmeSettings, makePebble } from "../tools/pebble.ts";
import { buildTools, makeSmallStack, type SmallStack } from "../tools/small-stack.ts";

const domain = "dash.example.test";
// Below Traefik's shortest renewal window of 20 minutes, so that its next look, a minute later, renews.
const pebble = makePebble({ validitySeconds: 900 });
let stack: SmallStack;
let ca = "";

beforeAll(async () => {
  const options = { project: "tdacme", domain, settings: acmeSettings, hostCas: pebble.hostCas };
  stack = await makeSmallStack({
    ...options,
    change: ({ services }) => {
      // What a CA with short certificates would want; the default fits Let's Encrypt's 90 days.
      services.traefik?.command.push("--certificatesresolvers.acme.acme.certificatesduration=1");
      services.pebble = pebble.service;
    },
  });
  await buildTools(stack);
  await stack.compose("up", "-d", "traefik", "docker-guard");
});

afterAll(async () => {
  await stack?.remove();
  pebble.remove();
});

const edge = async () => {
  const id = (await stack.compose("ps", "-q", "traefik")).trim();
  return docker("inspect", "-f", "{{.Id}} {{.State.StartedAt}} {{.RestartCount}}", id);
};

describe("a named domain with an e-mail for ACME", () => {
  let first = "";
  it("is told of an ACME server that does not answer, in words", async () => {
    const said = () => stack.host("ACME_PATIENCE=5; report_acme");
    await expect.poll(said, { timeout: 60_000, interval: 250 }).toMatch(/none from the ACME server yet[\s\S]*pebble/);
  });

  it("asks again at the next up, which has an edge that asked in vain restarted", async () => {
    await stack.compose("up", "-d", "pebble");
    ca = await eventually(() => pebble.root(stack), 30_000);
    const before = await edge();
    await stack.host("ACME_PATIENCE=0; restart_renewed");
    expect(await edge()).not.toBe(before);
  });

  it("gets a certificate from the ACME server, which checked the name by TLS-ALPN-01", async () => {
    await expect.poll(async () => (await stack.served(ca)).authorized, { timeout: 60_000, interval: 250 }).toBe(true);
    const { certificate } = await stack.served(ca);
    expect(certificate.issuer.CN).toMatch(/^Pebble /);
    expect(certificate.subjectaltname).toBe(`DNS:${domain}`);
    first = certificate.serialNumber;
    expect(await stack.compose("logs", "--no-color", "traefik")).toMatch(/tls-alpn-01/i);
    const served = await edge();
    expect(await stack.host("ACME_PATIENCE=0; restart_renewed; report_acme")).toBe("");
    expect(await edge()).toBe(served);
  });

  it("has it renewed in time, without a restart of the edge", async () => {
    const before = await edge();
    const serial = async () => (await stack.served(ca)).certificate.serialNumber;
    await expect.poll(serial, { timeout: 100_000, interval: 1_000 }).not.toBe(first);
    const { certificate, authorized } = await stack.served(ca);
    expect(authorized).toBe(true);
    expect(certificate.subjectaltname).toBe(`DNS:${domain}`);
    expect(await edge()).toBe(before);
  });
});
