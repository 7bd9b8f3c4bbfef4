// Who may reach which TCP port (infra/reachability.json) and who does.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { root } from "../stack.ts";
import { assertLocal, listening, type Member, probe } from "./namespaces.ts";

/** "source target:port" */
export type Link = string;

/** Service, port, the services that reach it: `{ "postgres": { "5432": "keycloak portal" } }`. */
const Matrix = z.record(z.string(), z.record(z.string().regex(/^\d+$/), z.string()));
export type Matrix = z.infer<typeof Matrix>;

export const readMatrix = (): Matrix =>
  Matrix.parse(JSON.parse(readFileSync(join(root, "infra/reachability.json"), "utf8")));

/** What the matrix lists among the services given. */
export const listed = (matrix: Matrix, services: string[]): Link[] =>
  Object.entries(matrix).flatMap(([target, ports]) =>
    Object.entries(ports).flatMap(([port, sources]) =>
      sources
        .split(" ")
        .filter((source) => services.includes(source) && services.includes(target))
        .map((source) => `${source} ${target}:${port}`),
    ),
  );

export function differences(matrix: Matrix, services: string[], reached: Link[]) {
  const may = listed(matrix, services);
  return {
    reachedButNotListed: reached.filter((link) => !may.includes(link)).sort(),
    listedButNotReached: may.filter((link) => !reached.includes(link)).sort(),
  };
}

export type Attempt = { source: string; target: string; port: number; network: string; open: boolean };

/** Every port that any container listens on, tried by every address of it from every other container. */
export async function attempts(everybody: Member[], sources = everybody): Promise<Attempt[]> {
  assertLocal(everybody);
  const ports = new Map(everybody.map((member) => [member.service, listening(member.pid)]));
  const of = async (source: Member) => {
    const targets = everybody
      .filter((target) => target !== source)
      .flatMap((target) =>
        target.networks.flatMap(({ name, address }) =>
          (ports.get(target.service) ?? []).map((port) => ({ target: target.service, port, network: name, address })),
        ),
      );
    const answers = await probe(
      source.pid,
      targets.map(({ address, port }) => ({ host: address, port })),
    );
    return targets.map(({ target, port, network }, i) => ({
      ...{ source: source.service, target, port, network },
      open: answers[i]?.open === true,
    }));
  };
  return (await Promise.all(sources.map(of))).flat();
}

export const links = (tried: Attempt[]): Link[] => [
  ...new Set(tried.filter((a) => a.open).map((a) => `${a.source} ${a.target}:${a.port}`)),
];
