// What can be done to a service, in words. Which of them somebody may do comes from the server.
import type { ServiceRow } from "@/lib/services/schema";
import type { Titles } from "../_operate/operation-dialog";
import type { Order } from "./orders";

export const verbs = ["start", "restart", "stop"] as const;
export type Verb = (typeof verbs)[number];

/** Under which name the dialog's question is kept while the one-time code is given. */
export const draftOf = (service: string) => `/services/${service}`;

type Words = { button: string; doing: string; done: string; loss: string };

export const words: Record<Verb, Words> = {
  start: {
    button: "Start",
    ...{ doing: "Starting", done: "started" },
    loss: "It is started as it was last made, and watched until it is healthy.",
  },
  restart: {
    button: "Restart",
    ...{ doing: "Restarting", done: "restarted" },
    loss: "It is away for some seconds. Connections to it are cut.",
  },
  stop: {
    button: "Stop",
    ...{ doing: "Stopping", done: "stopped" },
    loss: "It stays away until somebody starts it again, a reboot included.",
  },
};

/** What the dialog is headed by. */
export function titlesOf(verb: Verb, title: string): Titles {
  const { button, doing, done } = words[verb];
  return {
    ...{ asked: `${button} ${title}?`, running: `${doing} ${title}` },
    ...{ done: `${title} is ${done}`, failed: `${doing} ${title} failed` },
  };
}

export function titlesOfMany(verb: Verb, count: number): Titles {
  if (count === 1) return titlesOf(verb, "1 service");
  const { asked, running, done } = titlesOf(verb, `${count} services`);
  return {
    asked,
    running,
    done: done.replace(" is ", " are "),
    failed: `Not all ${count} services are ${words[verb].done}`,
  };
}

/** Whether the server will want a fresh second factor; it decides, this spares a surprise. */
export const needsCode = (what: Verb | Order, rows: readonly Pick<ServiceRow, "stateful" | "protected">[]): boolean =>
  rows.some((row) => (what === "stop" && row.stateful) || (what === "recreate" && (row.stateful || row.protected)));

const up = new Set(["running", "paused", "restarting"]);

/** Those that make sense now, by the states of all containers of the service: one that is down can be started. */
export function possible(states: readonly string[], allowed: readonly Verb[], isProtected: boolean): Verb[] {
  const anyUp = states.some((state) => up.has(state));
  const anyDown = states.some((state) => !up.has(state));
  return allowed.filter((verb) => (verb === "start" ? anyDown : anyUp && !(verb === "stop" && isProtected)));
}
