import "server-only";
import { cache } from "react";
import type { Actor } from "@/lib/auth";
import { messageOf, Unavailable } from "@/lib/platform/errors";
import { log } from "@/lib/platform/log";
import { getHistory, getService, listServices } from "@/lib/services";
import type { ServiceFacts } from "@/lib/services/details-schema";
import { boardOf } from "../../_live/board";
import type { Limits } from "./charts";

/** What one part cannot read must not hide the others: the browser asks for it again and says what it was told. */
const orNull = <T>(reading: Promise<T>): Promise<T | null> =>
  reading.catch((error: unknown) => {
    log.warn({ cause: messageOf(error) }, "a part of a service's page could not be read");
    return null;
  });

function limitsOf(facts: ServiceFacts | null, running: ReadonlySet<string>): Limits {
  const limits = (facts?.containers ?? []).filter(({ id }) => running.has(id)).map((each) => each.limits);
  const sum = (read: (limits: Limits) => number | null) =>
    limits.length === 0 || limits.some((each) => read(each) === null)
      ? null
      : limits.reduce((total, each) => total + (read(each) ?? 0), 0);
  return { cpus: sum(({ cpus }) => cpus), memoryBytes: sum(({ memoryBytes }) => memoryBytes) };
}

/** Null for a name that is no service. Read once a request, for the title and for the page. */
export const readService = cache(async (actor: Actor, name: string) => {
  const { services, engine } = await listServices(actor);
  const service = decode(name);
  const here = services.filter((row) => row.service === service);
  const [first] = here;
  // What there is was never heard: the name may well be right.
  if (!first && !engine.connected) throw new Unavailable("engine-unreachable", "The Docker engine does not answer.");
  if (!first) return null;
  const [facts, history] = await Promise.all([
    orNull(getService(actor, { service })),
    orNull(getHistory(actor, { service, range: "24h" })),
  ]);
  const running = new Set(here.filter(({ state }) => state === "running").map(({ id }) => id));
  return {
    ...{ service, title: first.title, facts, history, limits: limitsOf(facts, running) },
    board: { ...boardOf({ services: here, engine }, null), renderedAt: Date.now() },
  };
});

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
