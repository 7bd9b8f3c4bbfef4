// Signing in and stepping up through a real Keycloak and next-auth, without a screen.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { rows } from "../platform/postgres.ts";
import { resolveSession, revokeSession } from "./sessions.ts";
import { requireStepUp } from "./step-up.ts";
import {
  actorOf,
  cookieOf,
  type KnownPerson,
  signInWith,
  startTestIdentity,
  type TestIdentity,
} from "./test-identity.ts";

let identity: TestIdentity;
let ann: KnownPerson;
beforeAll(async () => {
  identity = await startTestIdentity();
});
// Somebody new each time: Keycloak takes a one-time code once, and the next is half a minute away.
beforeEach(async (context) => {
  ann = await identity.addPerson(`ann-${context.task.id.replaceAll("_", "-").toLowerCase()}`, "admin");
});
afterAll(() => identity?.stop());

const audit = (action: string) =>
  rows("select actor_kind, actor_name, session_id, target, outcome, details from audit where action = $1 order by id", [
    action,
  ]);
const age = (cookie: string, minutes: number) =>
  rows(
    `update sessions set auth_time = auth_time - make_interval(mins => $2)
     where id_sha256 = sha256(convert_to($1, 'UTF8'))`,
    [cookie, minutes],
  );

describe("signing in", () => {
  it("asks for password and code, and makes a session with both in it", async () => {
    const browser = identity.browser();
    expect((await signInWith(browser, ann)).url).toBe(`${identity.origin}/services`);
    expect(browser.asked).toEqual(["password", "otp"]);
    expect(await actorOf(browser)).toMatchObject({ id: ann.id, name: ann.name, role: "admin", acr: 2 });
    expect(await audit("session.create")).toContainEqual({
      ...{ actor_kind: "person", actor_name: ann.name, target: ann.name },
      ...{ outcome: "done", details: { role: "admin" }, session_id: (await actorOf(browser))?.sessionId },
    });
  });
  it("enrols the second factor of somebody who has none yet", async () => {
    const body = { username: "newcomer", enabled: true, requiredActions: ["UPDATE_PASSWORD", "CONFIGURE_TOTP"] };
    const credentials = [{ type: "password", value: "one-time password", temporary: true }];
    await identity.admin.call("POST", "/realms/taylordash/users", { ...body, credentials });
    const newcomer = { name: "newcomer", password: "one-time password", otpauth: "" };
    const browser = identity.browser();
    await signInWith(browser, newcomer);
    expect(browser.asked).toEqual(["password", "new otp", "new password"]);
    expect(await actorOf(browser)).toMatchObject({ name: "newcomer", role: null, acr: 2 });
  });
  it("again in the same browser asks for a code of this moment, though Keycloak still knows the person", async () => {
    const browser = identity.browser();
    await signInWith(browser, ann);
    await revokeSession(cookieOf(browser) ?? "", "test");
    await signInWith(browser, ann);
    expect(browser.asked).toEqual(["otp"]);
  });
  it("cannot be talked into a lower level, neither by acr_values nor without claims", async () => {
    const queries: Record<string, string>[] = [
      { acr_values: "1" },
      { claims: "{}" },
      { acr_values: "1", claims: "{}", prompt: "none" },
    ];
    for (const [index, query] of queries.entries()) {
      const browser = identity.browser();
      await signInWith(browser, await identity.addPerson(`low-${index}`), query);
      const actor = await actorOf(browser);
      if (actor) expect([actor.acr, browser.asked]).toEqual([2, ["password", "otp"]]);
      else expect(query.prompt).toBe("none");
    }
  });
  it("that fails at the callback is in the audit with its code", async () => {
    const browser = identity.browser();
    await browser.ask("/api/auth/callback/keycloak?code=made-up&state=made-up");
    expect(await audit("session.create")).toContainEqual(
      expect.objectContaining({ actor_kind: "nobody", outcome: "refused", details: { code: "OAuthCallback" } }),
    );
    expect(cookieOf(browser)).toBeUndefined();
  });
});

describe("stepping up", () => {
  const steppedDown = async () => {
    const browser = identity.browser();
    await signInWith(browser, ann);
    const old = cookieOf(browser) ?? "";
    await age(old, 6);
    return { browser, old };
  };

  it("is demanded when the code is older than 5 minutes, and the demand is in the audit", async () => {
    const { browser } = await steppedDown();
    const actor = await actorOf(browser);
    if (!actor) throw new Error("no session");
    await expect(requireStepUp(actor, "service.stop")).rejects.toMatchObject({
      ...{ code: "step-up-needed", status: 403, details: { maxAgeSeconds: 300 } },
    });
    expect(await audit("access.refuse")).toContainEqual(
      expect.objectContaining({ actor_name: ann.name, target: "service.stop", details: { code: "step-up-needed" } }),
    );
  });
  it("asks for the code alone, and puts a new session in the place of the old one", async () => {
    const { browser, old } = await steppedDown();
    await signInWith(browser, ann);
    expect(browser.asked).toEqual(["otp"]);
    const renewed = cookieOf(browser);
    expect(renewed).not.toBe(old);
    const actor = await actorOf(browser);
    if (!actor) throw new Error("no session");
    await expect(requireStepUp(actor, "service.stop")).resolves.toBeUndefined();
    expect(await resolveSession(old)).toBeNull();
    const session_id = (await actorOf(browser))?.sessionId;
    expect((await audit("session.step-up")).at(-1)).toMatchObject({
      actor_name: ann.name,
      outcome: "done",
      session_id,
    });
  });
});

describe("a step-up that was tampered with", () => {
  const portalClient = async () => {
    const found = await identity.admin.call("GET", "/realms/taylordash/clients?clientId=portal");
    const [client] = found as [{ id: string; attributes: Record<string, string> }];
    return client;
  };
  const refused = async (code: string) => {
    const last = (await audit("session.step-up")).at(-1);
    expect(last).toMatchObject({ actor_name: ann.name, outcome: "refused", details: { code } });
  };
  beforeEach(async () => {
    // A realm somebody weakened by hand: Keycloak itself lets a low level pass.
    const client = await portalClient();
    const attributes = { ...client.attributes, "minimum.acr.value": "" };
    await identity.admin.call("PUT", `/realms/taylordash/clients/${client.id}`, { ...client, attributes });
    return async () => {
      await identity.setUpRealm();
    };
  });

  it("to a lower level is refused, and the old session gains nothing", async () => {
    const browser = identity.browser();
    await signInWith(browser, ann);
    const old = cookieOf(browser) ?? "";
    await age(old, 6);
    const end = await signInWith(browser, ann, { claims: "{}", acr_values: "1" });
    expect(browser.asked).toEqual([]);
    expect(end.url).toMatch(/\/login\?error=SecondFactor$/);
    expect(cookieOf(browser)).toBe(old);
    const actor = await actorOf(browser);
    if (!actor) throw new Error("no session");
    await expect(requireStepUp(actor, "service.stop")).rejects.toThrow(/one-time code/);
    await refused("SecondFactor");
  });
  it("by another person is refused: the browser keeps the first one's session", async () => {
    const eve = await identity.addPerson("eve", "viewer");
    const browser = identity.browser();
    await signInWith(browser, ann);
    const old = cookieOf(browser) ?? "";
    for (const name of browser.jar.keys()) if (!name.startsWith("__Host-")) browser.jar.delete(name);
    const end = await signInWith(browser, eve);
    expect(end.url).toMatch(/\/login\?error=OtherPerson$/);
    expect(cookieOf(browser)).toBe(old);
    expect(await actorOf(browser)).toMatchObject({ name: ann.name });
    await refused("OtherPerson");
  });
});
