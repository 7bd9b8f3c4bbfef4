// A wildcard certificate by DNS-01: with a DNS provider named, Traefik puts the answer into the domain's zone with a token
// it reads from a file, and the ACME server finds it there.
import { chmodSync, chownSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { eventually } from "../../lib/platform/test-daemons.ts";
import { acmeSettings, makePebble } from "../tools/pebble.ts";
import { buildTools, type Compose, makeSmallStack, type SmallStack, toolsImage } from "../tools/small-stack.ts";

const domain = "dash.example.test";
const token = "a token of the DNS provider";
const pebble = makePebble({ args: ["-dnsserver", "dns:8053"] });
let stack: SmallStack;
let ca = "";

// The provider's API in the form of lego's "httpreq": checks the token, writes into a name server made for tests.
const provider = `require("node:http").createServer(async (q, r) => {
  const given = Buffer.from((q.headers.authorization ?? "").replace("Basic ", ""), "base64").toString();
  if (given !== "us:" + process.env.TOKEN) return r.writeHead(401).end();
  let body = "";
  for await (const chunk of q) body += chunk;
  const { fqdn, value } = JSON.parse(body);
  const to = q.url === "/present" ? "set-txt" : "clear-txt";
  const answer = await fetch("http://dns:8055/" + to, { method: "POST", body: JSON.stringify({ host: fqdn, value }) });
  console.log(q.url, fqdn, answer.status);
  r.writeHead(answer.status).end();
}).listen(8000)`;

const secretFile = join(pebble.folder, "dns_token");

function change(compose: Compose & { secrets?: Record<string, unknown> }) {
  const { services } = compose;
  const networks = { public: {} };
  const name = "pebble-challtestsrv";
  const others = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", ""];
  services.pebble = pebble.service;
  services.dns = { image: toolsImage, command: [name, ...others, "-dns01", ":8053", "-management", ":8055"], networks };
  const image = services.portal?.image;
  services.provider = { image, networks, command: ["node", "-e", provider], environment: { TOKEN: token } };
  // What a file in compose.d adds for a provider.
  const { traefik } = services;
  if (!traefik) throw new Error("no traefik");
  const environment = { HTTPREQ_ENDPOINT: "http://provider:8000", HTTPREQ_USERNAME: "us" };
  const file = { HTTPREQ_PASSWORD_FILE: "/run/secrets/dns_token" };
  traefik.environment = { ...(traefik.environment as object), ...environment, ...file };
  traefik.secrets = [{ source: "dns_token", target: "dns_token" }];
  compose.secrets = { ...compose.secrets, dns_token: { file: secretFile } };
  // The zone is known to the test's name server alone.
  traefik.command.push("--certificatesresolvers.acme.acme.dnschallenge.resolvers=dns:8053");
  traefik.command.push("--certificatesresolvers.acme.acme.dnschallenge.propagation.disablechecks=true");
}

beforeAll(async () => {
  writeFileSync(secretFile, token);
  chownSync(secretFile, 65_532, 65_532);
  chmodSync(secretFile, 0o400);
  const settings = { ...acmeSettings, TAYLORDASH_ACME_DNS: "httpreq" };
  stack = await makeSmallStack({ project: "tddns", domain, settings, hostCas: pebble.hostCas, change });
  await buildTools(stack);
  await stack.compose("up", "-d", "pebble", "dns", "provider");
  ca = await eventually(() => pebble.root(stack), 30_000);
  // Traefik asks once, at its start.
  const reach = `await fetch("http://localhost:8000"); await fetch("http://dns:8055")`;
  await eventually(() => stack.compose("exec", "-T", "provider", "node", "--input-type=module", "-e", reach), 30_000);
  await stack.compose("up", "-d", "traefik", "docker-guard");
});

afterAll(async () => {
  await stack?.remove();
  pebble.remove();
});

it("is issued for the domain and its sub-domains, and serves both", async ({ onTestFailed }) => {
  onTestFailed(async () =>
    console.log(await stack.compose("logs", "--no-color", "traefik", "pebble", "provider", "dns")),
  );
  const issued = async () => (await stack.served(ca)).certificate.subjectaltname?.split(", ").sort() ?? [];
  await expect.poll(issued, { timeout: 60_000, interval: 250 }).toEqual([`DNS:*.${domain}`, `DNS:${domain}`]);
  expect((await stack.served(ca)).authorized).toBe(true);
  expect((await stack.served(ca, `any.${domain}`)).authorized).toBe(true);
  const orders = await stack.compose("logs", "--no-color", "pebble");
  expect(orders.match(/Issued certificate serial/g)).toHaveLength(1);
  const log = await stack.compose("logs", "--no-color", "--no-log-prefix", "provider");
  expect(log).toContain(`/present _acme-challenge.${domain}. 200`);
});
