// What can be done to a person, and what they lose by it.
import type { PersonInfo } from "@/lib/people/schema";

export const verbs = ["reset-password", "reset-second-factor", "disable", "enable", "remove"] as const;
export type Verb = (typeof verbs)[number];

type Words = { button: string; question: (name: string) => string; loss: (name: string) => string; danger: boolean };

export const words: Record<Verb, Words> = {
  "reset-password": {
    button: "Reset password",
    question: (name) => `Reset the password of ${name}?`,
    loss: (name) =>
      `The password ${name} has now stops working, and every session of theirs ends. A one-time password is shown next.`,
    danger: true,
  },
  "reset-second-factor": {
    button: "Reset second factor",
    question: (name) => `Reset the second factor of ${name}?`,
    loss: (name) =>
      `Every one-time code device of ${name} is forgotten, and every session of theirs ends. They set up a new one at the next sign-in.`,
    danger: true,
  },
  disable: {
    button: "Disable",
    question: (name) => `Disable ${name}?`,
    loss: (name) =>
      `Every session and API token of ${name} ends at once, and they cannot sign in until an admin enables them. Tokens do not come back.`,
    danger: true,
  },
  enable: {
    button: "Enable",
    question: (name) => `Enable ${name}?`,
    loss: (name) => `${name} can sign in again, with the role, password and second factor of before.`,
    danger: false,
  },
  remove: {
    button: "Remove",
    question: (name) => `Remove ${name}?`,
    loss: (name) =>
      `The account of ${name}, its password, second factor, sessions and API tokens are gone for good. What they did stays in the audit.`,
    danger: true,
  },
};

/** Nobody shuts themselves out. */
export const possible = ({ enabled, self }: Pick<PersonInfo, "enabled" | "self">): Verb[] =>
  verbs.filter((verb) => {
    if (verb === "enable") return !enabled;
    if (verb === "disable") return enabled && !self;
    return verb !== "remove" || !self;
  });
