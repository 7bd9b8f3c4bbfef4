// Verbs on people. Each: permit, parse, act, audit; whoever loses something loses it on the next request.
import { audited } from "../audit/index.ts";
import {
  type Principal,
  refuseToken,
  requirePermission,
  requireStepUp,
  revokeSessionsOfUser,
  revokeTokensOfUser,
  setSessionRole,
  setUserEnabled,
} from "../auth/index.ts";
import { Conflict, NotFound } from "../platform/errors.ts";
import type { KeycloakAdmin } from "../platform/keycloak.ts";
import { rows } from "../platform/postgres.ts";
import { oneAtATime, refuseLastAdmin, refuseSelf } from "./guard.ts";
import { peopleAdmin } from "./keycloak-admin.ts";
import * as people from "./keycloak-people.ts";
import { type AddedPerson, AddPersonInput, Name, type NewPassword, PersonInput, RoleInput } from "./schema.ts";

/** A person with the role and a recent second factor, or the host, for every change. */
async function permit(actor: Principal, action: string): Promise<void> {
  await refuseToken(actor, action, "change people");
  requirePermission(actor, "users:admin");
  await requireStepUp(actor, action);
}

/** Answers the one-time password when none was given. @throws Conflict when the name is taken. */
export async function addPerson(actor: Principal, raw: unknown): Promise<AddedPerson> {
  await permit(actor, "user.add");
  const input = AddPersonInput.parse(raw);
  const { name, role, email } = input;
  const admin = peopleAdmin();
  const value = input.password ?? people.oneTimePassword();
  const temporary = !input.permanent && input.password === undefined;
  const totp = input.totp ? people.totpFor(name) : null;
  const requiredActions = [...(temporary ? ["UPDATE_PASSWORD"] : []), ...(totp ? [] : ["CONFIGURE_TOTP"])];
  const credentials = [{ type: "password", value, temporary }, ...(totp ? [totp.credential] : [])];
  const add = async () => {
    const person = await people
      .createPerson(admin, { name, email, credentials, requiredActions })
      .catch((error: unknown) => {
        if (!(error instanceof Conflict)) throw error;
        // Keycloak has one answer for both, and tells which in words.
        if (/same email/.test(error.message))
          throw new Conflict("email-taken", `Somebody else has the address ${email}.`);
        throw new Conflict("user-exists", `There is already a user ${name}.`);
      });
    await people.setRole(admin, person.id, role);
  };
  await audited(actor, "user.add", name, add, { role, secondFactor: input.totp }, { after: { role, enabled: true } });
  return {
    name,
    temporary,
    ...(input.password === undefined ? { password: value } : {}),
    ...(totp ? { otpauth: totp.uri } : {}),
  };
}

export type FirstAdmin = { created: boolean; name: string; password?: string };

/**
 * Makes the first admin once; `up` may be killed and call it again, so an unfinished one is finished. `untold`: it was killed
 * before it told the answer, so the only admin, who never signed in, gets another one-time password.
 */
export async function addFirstAdmin(actor: Principal, rawName: unknown, untold = false): Promise<FirstAdmin> {
  await permit(actor, "user.add");
  const name = Name.parse(rawName);
  const existing = await people.listPeople(peopleAdmin());
  const [found, ...others] = existing.filter((person) => person.role === "admin");
  if (found) {
    const waiting = others.length === 0 && found.requiredActions.includes("UPDATE_PASSWORD");
    if (!untold || !waiting || (await hasSignedIn(found.id))) return { created: false, name: found.username };
    const { password } = await resetPassword(actor, { name: found.username });
    return { created: true, name: found.username, password };
  }
  if (existing.some(({ username }) => username === name)) {
    await setPersonRole(actor, { name, role: "admin" });
    return { created: true, name, password: (await resetPassword(actor, { name })).password };
  }
  const { password } = await addPerson(actor, { name, role: "admin" });
  return { created: true, name, password };
}

const hasSignedIn = async (id: string): Promise<boolean> =>
  (await rows("select 1 from sessions where user_id = $1 limit 1", [id])).length > 0;

/** @throws Conflict for an admin who would be none afterwards and is oneself or the last, NotFound. */
export async function setPersonRole(actor: Principal, raw: unknown): Promise<void> {
  await permit(actor, "user.role");
  const { name, role } = RoleInput.parse(raw);
  const admin = peopleAdmin();
  await oneAtATime(async () => {
    const person = await people.findPerson(admin, name);
    const before = await people.roleOf(admin, person.id);
    if (before === "admin" && role !== "admin") {
      await refuseLastAdmin(actor, admin, person);
      refuseSelf(actor, person, "take the admin's role from");
    }
    const change = async () => {
      await people.setRole(admin, person.id, role);
      await setSessionRole(person.id, role);
    };
    await audited(actor, "user.role", name, change, {}, { before: { role: before }, after: { role } });
  });
}

export async function resetPassword(actor: Principal, raw: unknown): Promise<NewPassword> {
  await permit(actor, "user.reset-password");
  const { name } = PersonInput.parse(raw);
  const admin = peopleAdmin();
  const person = await people.findPerson(admin, name);
  const password = people.oneTimePassword();
  await audited(actor, "user.reset-password", name, async () => {
    await people.setPassword(admin, person.id, password, true);
    await endSessions(admin, person.id, "password reset");
  });
  return { name, password, temporary: true };
}

/** Removes every second factor; the person enrols a new one at the next sign-in. */
export async function resetSecondFactor(actor: Principal, raw: unknown): Promise<void> {
  await permit(actor, "user.reset-totp");
  const { name } = PersonInput.parse(raw);
  const admin = peopleAdmin();
  const person = await people.findPerson(admin, name);
  await audited(actor, "user.reset-totp", name, async () => {
    await people.removeSecondFactors(admin, person.id);
    const requiredActions = [...new Set([...person.requiredActions, "CONFIGURE_TOTP"])];
    await people.updatePerson(admin, person, { requiredActions });
    await endSessions(admin, person.id, "second factor reset");
  });
}

/** @throws Conflict for oneself and the last admin, NotFound. */
export async function disablePerson(actor: Principal, raw: unknown): Promise<void> {
  await permit(actor, "user.disable");
  const { name } = PersonInput.parse(raw);
  const admin = peopleAdmin();
  await oneAtATime(async () => {
    const person = await people.findPerson(admin, name);
    refuseSelf(actor, person, "disable");
    await refuseLastAdmin(actor, admin, person);
    const change = async () => {
      await people.updatePerson(admin, person, { enabled: false });
      await setUserEnabled(person.id, false);
      await revokeTokensOfUser(person.id, "user disabled");
      await endSessions(admin, person.id, "user disabled");
    };
    await audited(actor, "user.disable", name, change, {}, enabledChange(person.enabled, false));
  });
}

export async function enablePerson(actor: Principal, raw: unknown): Promise<void> {
  await permit(actor, "user.enable");
  const { name } = PersonInput.parse(raw);
  const admin = peopleAdmin();
  const person = await people.findPerson(admin, name);
  const change = async () => {
    await people.updatePerson(admin, person, { enabled: true });
    await setUserEnabled(person.id, true);
  };
  await audited(actor, "user.enable", name, change, {}, enabledChange(person.enabled, true));
}

/** @throws Conflict for oneself and the last admin, NotFound. */
export async function removePerson(actor: Principal, raw: unknown): Promise<void> {
  await permit(actor, "user.remove");
  const { name } = PersonInput.parse(raw);
  const admin = peopleAdmin();
  await oneAtATime(async () => {
    const person = await people.findPerson(admin, name);
    refuseSelf(actor, person, "remove");
    await refuseLastAdmin(actor, admin, person);
    const before = { role: await people.roleOf(admin, person.id), enabled: person.enabled };
    const remove = async () => {
      await people.removePerson(admin, person.id).catch((error: unknown) => {
        if (!(error instanceof NotFound)) throw error;
      });
      await setUserEnabled(person.id, false);
      await revokeSessionsOfUser(person.id, "user removed");
      await revokeTokensOfUser(person.id, "user removed");
    };
    await audited(actor, "user.remove", name, remove, {}, { before });
  });
}

const enabledChange = (before: boolean, after: boolean) => ({ before: { enabled: before }, after: { enabled: after } });

async function endSessions(admin: KeycloakAdmin, id: string, because: string): Promise<void> {
  await revokeSessionsOfUser(id, because);
  await people.endKeycloakSessions(admin, id);
}
