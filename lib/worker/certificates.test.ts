import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "node:tls";
import { expect, it } from "vitest";
import { sysValue } from "./broker-metrics.ts";
import { endingSoon, leavesIn, presented } from "./certificates.ts";

const now = new Date("2026-11-24T00:00:00Z");
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);

it("certificates that end within 45 days are named, soonest first, ended ones too", () => {
  const expiries = [
    { name: "ca", endsAt: inDays(3650) },
    { name: "later", endsAt: inDays(46) },
    { name: "soon", endsAt: inDays(45) },
    { name: "ended", endsAt: inDays(-2) },
  ];
  expect(endingSoon(expiries, now)).toEqual([
    { name: "ended", daysLeft: -2 },
    { name: "soon", daysLeft: 45 },
  ]);
});

/** A CA, and leaves of its that last so many days; what `up` makes, made by the same program. */
function certificates(leaves: Record<string, number>) {
  const dir = mkdtempSync(join(tmpdir(), "certificates-"));
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: dir, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl("req", "-x509", ...key, "-subj", "/CN=ca", "-days", "9", "-keyout", "ca.key", "-out", "ca.crt");
  writeFileSync(join(dir, "names"), "subjectAltName=DNS:localhost");
  for (const [name, days] of Object.entries(leaves)) {
    openssl("req", ...key, "-subj", `/CN=${name}`, "-keyout", `${name}.key`, "-out", `${name}.csr`);
    const validity = ["-days", String(days)];
    const out = ["-extfile", "names", "-out", `${name}.crt`];
    openssl("x509", "-req", "-in", `${name}.csr`, "-CA", "ca.crt", "-CAkey", "ca.key", ...validity, ...out);
  }
  return { dir, read: (file: string) => readFileSync(join(dir, file), "utf8") };
}

it("the bundle of public halves is read by name", () => {
  const { dir, read } = certificates({ postgres: 40, "mqtt-proxy": -1 });
  const broken = "# traefik\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const bundle = broken + ["postgres", "mqtt-proxy"].map((name) => `# ${name}\n${read(`${name}.crt`)}`).join("");
  const days = leavesIn(bundle).map(({ name, endsAt }) => [
    name,
    Math.round((endsAt.getTime() - Date.now()) / 86_400_000),
  ]);
  expect(days).toEqual([
    ["postgres", 40],
    ["mqtt-proxy", -1],
  ]);
  expect(leavesIn("# broken\n")).toEqual([]);
  rmSync(dir, { recursive: true });
});

it("a listener whose certificate has run out is told of, not passed over", async () => {
  const { dir, read } = certificates({ good: 40, ended: -1 });
  const ask = async (name: string) => {
    const server = createServer({ cert: read(`${name}.crt`), key: read(`${name}.key`) }, (socket) => socket.end());
    server.on("tlsClientError", () => undefined);
    await once(server.listen(0), "listening");
    const { port } = server.address() as AddressInfo;
    return presented("localhost", port, read("ca.crt")).finally(() => server.close());
  };
  expect((await ask("good")).getTime()).toBeGreaterThan(Date.now() + 39 * 86_400_000);
  expect((await ask("ended")).getTime()).toBeLessThanOrEqual(Date.now());
  rmSync(dir, { recursive: true });
});

it.each([
  ["12", 12],
  ["3.5", 3.5],
  ["42 seconds", 42],
  ["mosquitto version 2.1.2", null],
  ["", null],
  ["NaN", null],
])("the $SYS payload %j has the value %s", (payload, value) => {
  expect(sysValue(payload)).toBe(value);
});
