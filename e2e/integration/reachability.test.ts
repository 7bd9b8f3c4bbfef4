// The borders between the services: who reaches which port is exactly what infra/reachability.json lists, and who has a
// way out of the machine. Every pair and every listening port is tried from inside the containers' own networks.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { docker, project, root } from "../stack.ts";
import { hasDefaultRoute, listening, type Member, members, probe } from "../tools/namespaces.ts";
import { type Attempt, attempts, differences, links, readMatrix } from "../tools/reachability.ts";

const matrix = readMatrix();
let everybody: Member[] = [];
let tried: Attempt[] = [];
const services = () => everybody.map((member) => member.service);
const member = (service: string) => {
  const found = everybody.find((one) => one.service === service);
  if (!found) throw new Error(`no ${service}`);
  return found;
};
const withWayOut = ["alertmanager", "traefik", "worker"];

beforeAll(async () => {
  everybody = await members();
  tried = await attempts(everybody);
});

describe("between the services", () => {
  it("every one of the compose file runs, so that every pair is tried", () => {
    const file = parse(readFileSync(join(root, "docker-compose.yml"), "utf8"), { merge: true }) as {
      services: Record<string, unknown>;
    };
    // The two that no distribution packages: left out where no registry answers.
    const needed = Object.keys(file.services).filter((name) => !["grafana", "tempo"].includes(name));
    expect(services()).toEqual(expect.arrayContaining(needed));
    const pairs = new Set(tried.map((a) => `${a.source} ${a.target}`));
    const targets = everybody.filter((one) => listening(one.pid).length > 0);
    expect(pairs.size).toBe(targets.length * (everybody.length - 1));
  });

  it("exactly the listed ports are reached, both ways", () => {
    expect(differences(matrix, services(), links(tried))).toEqual({ reachedButNotListed: [], listedButNotReached: [] });
  });

  it("SeaweedFS's master, filer and volume server were tried and nobody reaches them, metrics and S3 apart", () => {
    const ports = listening(member("objectstore").pid);
    const inner = [9333, 19333, 8888, 18888, 8080, 18080];
    expect(ports).toEqual(expect.arrayContaining([...inner, 8333, 9327]));
    const reached = links(tried).filter((link) => inner.some((port) => link.endsWith(`objectstore:${port}`)));
    expect(reached).toEqual([]);
    expect(tried.filter((a) => a.target === "objectstore" && inner.includes(a.port)).length).toBeGreaterThan(60);
  });

  it("docker-guard listens nowhere and shares a network with nobody", () => {
    expect(listening(member("docker-guard").pid)).toEqual([]);
    const shared = member("docker-guard").networks.flatMap(({ name }) =>
      everybody.filter((one) => one.service !== "docker-guard" && one.networks.some((n) => n.name === name)),
    );
    expect(shared).toEqual([]);
  });

  it("two containers on the way out do not see each other there", () => {
    const egress = tried.filter((a) => a.network === `${project}_egress`);
    const neighbours = egress.filter((a) => ["alertmanager", "worker"].includes(a.source));
    expect(neighbours.length).toBeGreaterThanOrEqual(2);
    expect(egress.filter((a) => a.open)).toEqual([]);
  });
});

describe("the comparison fails", () => {
  it("when a service joins a network it must not be in", async () => {
    const [intruder, network] = [member("node-exporter"), `${project}_db`];
    await docker("network", "connect", network, intruder.id);
    try {
      const now = await members();
      const sources = now.filter((one) => one.service === intruder.service);
      const reached = [...links(tried), ...links(await attempts(now, sources))];
      const { reachedButNotListed } = differences(matrix, services(), reached);
      expect(reachedButNotListed).toEqual([
        "node-exporter keycloak:8443",
        "node-exporter keycloak:9000",
        "node-exporter postgres:5432",
      ]);
    } finally {
      await docker("network", "disconnect", network, intruder.id);
    }
  });

  it("when a listed port is not reached, and when a reached one is not listed", () => {
    const changed = { ...matrix, postgres: { "5432": "keycloak portal traefik worker" } };
    expect(differences(changed, services(), links(tried))).toEqual({
      reachedButNotListed: ["postgres-exporter postgres:5432"],
      listedButNotReached: ["traefik postgres:5432"],
    });
  });
});

describe("the way out", () => {
  const knocker = createServer((socket) => socket.end("host"));
  afterAll(() => void knocker.close());

  it("is there for traefik, worker and alertmanager alone", () => {
    const out = everybody.filter((one) => hasDefaultRoute(one.pid)).map((one) => one.service);
    expect(out.sort()).toEqual(withWayOut);
  });

  it("leaves no internal network: the engine made each one internal, and the others are known by name", async () => {
    const names = [...new Set(everybody.flatMap((one) => one.networks.map((n) => n.name)))];
    const rows = await docker("network", "inspect", "-f", "{{.Name}} {{.Internal}} {{.Options}}", ...names);
    const open = rows.split("\n").filter((row) => row.includes(" false "));
    expect(open.map((row) => row.split(" ")[0]).sort()).toEqual([`${project}_egress`, `${project}_public`]);
    expect(open.find((row) => row.startsWith(`${project}_egress`))).toContain("enable_icc:false");
    expect(member("traefik").networks.map((n) => n.name)).toContain(`${project}_public`);
    expect(everybody.filter((one) => one.networks.some((n) => n.name === `${project}_public`))).toHaveLength(1);
  });

  it("ends at the own network's bridge for everybody else: no other address of this machine answers", async () => {
    await new Promise<void>((resolve) => knocker.listen(0, "0.0.0.0", resolve));
    const { port } = knocker.address() as { port: number };
    const gateways = everybody.flatMap((one) => one.networks);
    // The knocker does answer, by any of those addresses, to this machine itself.
    const [here] = await probe(process.pid, [{ host: gateways[0]?.gateway, port, send: "" }]);
    expect(here).toEqual({ open: true, answer: "host" });
    for (const one of everybody.filter(({ service }) => !withWayOut.includes(service))) {
      const own = one.networks.map((n) => n.name);
      const others = gateways.filter((n) => !own.includes(n.name)).map((n) => ({ host: n.gateway, port }));
      const answers = await probe(one.pid, others);
      expect(
        answers.filter((a) => a.open),
        one.service,
      ).toEqual([]);
    }
  });
});

it("only traefik publishes ports, exactly the three of the design", () => {
  const publishers = everybody.filter((one) => one.published.length > 0);
  expect(publishers.map((one) => one.service)).toEqual(["traefik"]);
  expect(publishers[0]?.published.sort()).toEqual(["8080/tcp", "8443/tcp", "8883/tcp"]);
});
