import { z } from "zod";
import { endpoint } from "@/app/_server/api";
import {
  addPerson,
  disablePerson,
  enablePerson,
  listPersons,
  removePerson,
  resetPassword,
  resetSecondFactor,
  setPersonRole,
} from "@/lib/people";
import { AddedPerson, AddPersonInput, NewPassword, PersonInfo, PersonInput, RoleInput } from "@/lib/people/schema";

const change = { tag: "People", permission: "users:admin", stepUp: true, peopleOnly: "change people" } as const;
const one = { ...change, method: "POST", params: PersonInput } as const;

export const people = [
  endpoint({
    method: "GET",
    path: "/people",
    tag: "People",
    summary: "Everybody who can sign in, with role, second factor and sessions",
    permission: "users:read",
    answer: z.object({ people: z.array(PersonInfo) }),
    run: async ({ actor }) => ({ people: await listPersons(actor) }),
  }),
  endpoint({
    ...change,
    method: "POST",
    path: "/people",
    summary: "Add somebody; the one-time password is in this answer and nowhere else",
    body: AddPersonInput,
    answer: AddedPerson,
    run: ({ actor, body }) => addPerson(actor, body),
  }),
  endpoint({
    ...change,
    method: "PUT",
    path: "/people/{name}/role",
    summary: "Give somebody a role, or none; it acts on their next request",
    params: PersonInput,
    body: RoleInput.pick({ role: true }),
    run: ({ actor, params, body }) => setPersonRole(actor, { ...params, ...body }),
  }),
  endpoint({
    ...one,
    path: "/people/{name}/disable",
    summary: "Shut somebody out: sessions and tokens end, nobody signs in under this name",
    run: ({ actor, params }) => disablePerson(actor, params),
  }),
  endpoint({
    ...one,
    path: "/people/{name}/enable",
    summary: "Let somebody sign in again",
    run: ({ actor, params }) => enablePerson(actor, params),
  }),
  endpoint({
    ...one,
    path: "/people/{name}/reset-password",
    summary: "Replace a lost password; the one-time password is in this answer and nowhere else",
    answer: NewPassword,
    run: ({ actor, params }) => resetPassword(actor, params),
  }),
  endpoint({
    ...one,
    path: "/people/{name}/reset-second-factor",
    summary: "Remove a lost second factor; a new one is set up at the next sign-in",
    run: ({ actor, params }) => resetSecondFactor(actor, params),
  }),
  endpoint({
    ...one,
    method: "DELETE",
    path: "/people/{name}",
    summary: "Remove somebody; what they did stays in the audit",
    run: ({ actor, params }) => removePerson(actor, params),
  }),
];
