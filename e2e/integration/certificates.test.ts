// The edge's certificate as the host command looks after it: the stack's own, one's own dropped in as two files, renewed
// before it runs out; each change restarts the edge alone.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../lib/platform/test-daemons.ts";
import { docker } from "../stack.ts";
import { makeSmallStack, readCa, type SmallStack } from "../tools/small-stack.ts";

const domain = "dash.example.test";
let stack: SmallStack;
const own = () => join(stack.state, "secrets/custom-tls");

// What `up` does about certificates, and about whoever still serves the old one.
const renew = "LEAF_SERVICES=(traefik); make_ca; make_leaves; restart_needed | xargs; restart_renewed";
const started = async (service: string) => {
  const id = (await stack.compose("ps", "-q", service)).trim();
  return docker("inspect", "-f", "{{.State.StartedAt}}", id);
};
/** The certificate served once the edge answers again after a restart. */
const served = (ca = readCa(stack)) => eventually(() => stack.served(ca), 30_000);
const daysLeft = (until: string) => (Date.parse(until) - Date.now()) / 86_400_000;

beforeAll(async () => {
  stack = await makeSmallStack({ project: "tdcerts", domain });
  await stack.compose("up", "-d", "traefik", "docker-guard");
});

afterAll(() => stack?.remove());

describe("the stack's own certificate", () => {
  it("is served for the domain, under the stack's CA", async () => {
    const { certificate, authorized } = await served();
    expect(authorized).toBe(true);
    expect(certificate.subjectaltname).toContain(`DNS:${domain}`);
  });

  it("is left alone while it is good: no file changes, nothing restarts", async () => {
    const file = join(stack.state, "secrets/tls/traefik/tls.crt");
    const [before, edge] = [readFileSync(file, "utf8"), await started("traefik")];
    expect((await stack.host(renew)).trim()).toBe("");
    expect([readFileSync(file, "utf8"), await started("traefik")]).toEqual([before, edge]);
  });

  it("is renewed while 60 days are left; the edge alone restarts and serves the new one", async () => {
    await stack.host("LEAF_DAYS=30; sign_leaf traefik; restart_renewed");
    const old = (await served()).certificate;
    expect(daysLeft(old.valid_to)).toBeLessThan(31);
    const [edge, guard] = [await started("traefik"), await started("docker-guard")];
    expect(await stack.host(renew)).toMatch(/^traefik$/m);
    const { certificate, authorized } = await served();
    expect(authorized).toBe(true);
    expect(certificate.serialNumber).not.toBe(old.serialNumber);
    expect(daysLeft(certificate.valid_to)).toBeGreaterThan(390);
    expect(await started("traefik")).not.toBe(edge);
    expect(await started("docker-guard")).toBe(guard);
  });

  it("leaves the domain to the ACME server once there is an e-mail for one, and takes it back", async () => {
    const names = "openssl x509 -in $SECRETS/tls/traefik/tls.crt -noout -ext subjectAltName";
    const leaf = `LEAF_SERVICES=(traefik); make_leaves; ${names}`;
    const acme = await stack.host(`TAYLORDASH_ACME_EMAIL=ops@example.test; ${leaf}`);
    expect(acme).toContain("DNS:localhost");
    expect(acme).not.toContain(domain);
    expect(await stack.host(leaf)).toContain(`DNS:${domain}`);
  });
});

describe("a certificate of one's own, dropped in as two files", () => {
  const made = mkdtempSync(join(tmpdir(), "tdcerts-own-"));
  afterAll(() => rmSync(made, { recursive: true, force: true }));
  const file = (name: string) => join(made, name);

  /** NAME.crt and NAME.key, an RSA pair, signed by another one or by itself. */
  function make(name: string, extension: string, issuer?: string) {
    const signer = issuer ? ["-CA", file(`${issuer}.crt`), "-CAkey", file(`${issuer}.key`)] : [];
    const pair = ["-newkey", "rsa:2048", "-nodes", "-keyout", file(`${name}.key`), "-out", file(`${name}.crt`)];
    const subject = ["-days", "90", "-subj", `/CN=${name}`, "-addext", extension];
    execFileSync("openssl", ["req", "-x509", ...pair, ...subject, ...signer], { stdio: "ignore" });
  }
  const drop = (crt: string[], key: string) => {
    mkdirSync(own(), { mode: 0o700, recursive: true });
    writeFileSync(join(own(), "tls.crt"), crt.map((name) => readFileSync(file(`${name}.crt`))).join(""));
    writeFileSync(join(own(), "tls.key"), readFileSync(file(`${key}.key`)), { mode: 0o600 });
  };

  it("is served after the next `up`, with its intermediate, whatever CA and kind of key", async () => {
    make("root", "basicConstraints=critical,CA:TRUE");
    make("intermediate", "basicConstraints=critical,CA:TRUE", "root");
    make("leaf", `subjectAltName=DNS:${domain}`, "intermediate");
    drop(["leaf", "intermediate"], "leaf");
    expect(await stack.host(renew)).toMatch(/^traefik$/m);
    const { certificate, authorized } = await served(readFileSync(file("root.crt"), "utf8"));
    expect(authorized).toBe(true);
    expect(certificate.subject.CN).toBe("leaf");
  });

  it("whose key does not fit is refused in words, and the one served stays", async () => {
    const { certificate } = await served();
    drop(["leaf", "intermediate"], "root");
    await expect(stack.host(renew)).rejects.toThrow(/do not belong together/);
    expect((await served()).certificate.serialNumber).toBe(certificate.serialNumber);
  });

  it("taken away again gives the stack's own back", async () => {
    rmSync(own(), { recursive: true });
    expect(await stack.host(renew)).toMatch(/^traefik$/m);
    const { certificate, authorized } = await served();
    expect(authorized).toBe(true);
    expect(certificate.issuer.CN).toBe("TaylorDash CA tdcerts");
  });
});
