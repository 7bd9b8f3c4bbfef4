import { z } from "zod";
import { endpoint } from "@/app/_server/api";
import {
  type Actor,
  endOneSession,
  endOtherSessions,
  extendSession,
  isPerson,
  listSessions,
  type Principal,
  sessionState,
} from "@/lib/auth";
import {
  EndOtherSessionsInput,
  EndSessionInput,
  ListSessionsInput,
  SessionInfo,
  SessionState,
} from "@/lib/auth/session-schema";
import { Forbidden } from "@/lib/platform/errors";

// Whose sessions somebody may see and end is the verbs' matter: one's own need no role.
const own = { tag: "Sessions", permission: "signed-in" } as const;

/** @throws Forbidden for a token, which has no session. */
export function personOf(actor: Principal): Actor {
  if (isPerson(actor)) return actor;
  throw new Forbidden("no-session", "An API token has no session. GET /api/v1/session says what it may, and how long.");
}

export const sessions = [
  endpoint({
    ...own,
    method: "GET",
    path: "/sessions",
    summary: "Live sessions: one's own; with `everybody` or `userId` those of others, for admins",
    params: ListSessionsInput.extend({ everybody: z.stringbool().optional() }),
    answer: z.object({ sessions: z.array(SessionInfo) }),
    run: async ({ actor, params }) => ({ sessions: await listSessions(actor, params) }),
  }),
  endpoint({
    ...own,
    method: "DELETE",
    path: "/sessions/{id}",
    summary: "End one's own session, or anybody's, for admins; also at Keycloak",
    params: EndSessionInput,
    run: ({ actor, params }) => endOneSession(actor, params),
  }),
  endpoint({
    ...own,
    method: "POST",
    path: "/sessions/end-others",
    summary: "End all of one's own sessions but this one; with `userId` all of that person, for admins",
    body: EndOtherSessionsInput,
    answer: z.object({ ended: z.number().int() }),
    run: ({ actor, body }) => endOtherSessions(actor, body),
  }),
  endpoint({
    ...own,
    method: "GET",
    path: "/session/state",
    summary: "How long this session still lives; asking does not prolong it",
    passive: true,
    answer: SessionState,
    run: async ({ actor }) => sessionState(personOf(actor)),
  }),
  endpoint({
    ...own,
    method: "POST",
    path: "/session/extend",
    summary: "Somebody is still here: the idle time begins anew",
    answer: SessionState,
    run: async ({ actor }) => extendSession(personOf(actor)),
  }),
];
