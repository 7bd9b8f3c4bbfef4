// What can be done to a service, in words. Which of them somebody may do comes from the server.
export const verbs = ["start", "restart", "stop"] as const;
export type Verb = (typeof verbs)[number];

/** Under which name the dialog's question is kept while the one-time code is given. */
export const draftOf = (service: string) => `/services/${service}`;

type Words = { button: string; question: (title: string) => string; loss: string };

export const words: Record<Verb, Words> = {
  start: {
    button: "Start",
    question: (title) => `Start ${title}?`,
    loss: "It is started as it was last made, and watched until it is healthy.",
  },
  restart: {
    button: "Restart",
    question: (title) => `Restart ${title}?`,
    loss: "It is away for some seconds. Connections to it are cut.",
  },
  stop: {
    button: "Stop",
    question: (title) => `Stop ${title}?`,
    loss: "It stays away until somebody starts it again, a reboot included.",
  },
};

const up = new Set(["running", "paused", "restarting"]);

/** Those that make sense now, by the states of all containers of the service: one that is down can be started. */
export function possible(states: readonly string[], allowed: readonly Verb[], isProtected: boolean): Verb[] {
  const anyUp = states.some((state) => up.has(state));
  const anyDown = states.some((state) => !up.has(state));
  return allowed.filter((verb) => (verb === "start" ? anyDown : anyUp && !(verb === "stop" && isProtected)));
}
