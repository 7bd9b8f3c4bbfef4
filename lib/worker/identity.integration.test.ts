// The worker's rounds over people, on a real Keycloak.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signInWith, startTestIdentity, type TestIdentity } from "../auth/test-identity.ts";
import { totpFor } from "../people/keycloak-people.ts";
import { rows } from "../platform/postgres.ts";
import { recordSignInErrors } from "./sign-in-errors.ts";

let identity: TestIdentity;
beforeAll(async () => {
  identity = await startTestIdentity();
});
afterAll(() => identity?.stop());

const audit = () =>
  rows("select target, outcome, at, details, host(ip) as ip from audit where action = 'sign-in.fail' order by id");

describe("a sign-in that Keycloak refused", () => {
  it("is in the audit with its reason and address, once however often the worker looks", async () => {
    const ann = await identity.addPerson("ann");
    const browser = identity.browser();
    await signInWith(browser, { ...ann, password: "a wrong password" });
    expect(browser.asked.length).toBeGreaterThan(1);
    // Some met the wrong password, the rest the lock that earned; how many of each is Keycloak's business.
    expect(await recordSignInErrors(identity.admin)).toBe(2);
    expect(await recordSignInErrors(identity.admin)).toBe(0);
    const found = await audit();
    for (const row of found) expect(row).toMatchObject({ target: "ann", outcome: "refused", ip: expect.any(String) });
    expect(found.map(({ details }) => details.code).sort()).toEqual([
      "invalid_user_credentials",
      "user_temporarily_disabled",
    ]);
    expect(found.reduce((sum, { details }) => sum + details.times, 0)).toBe(browser.asked.length);
  });
  it("with a wrong code is on the person's name, though Keycloak tells only an id, and says when it was", async () => {
    const bob = await identity.addPerson("bob");
    const { name, password } = bob;
    const browser = identity.browser();
    await signInWith(browser, bob);
    // Another factor each time it is asked for: codes of one and the same would have to be waited for.
    const mistaken = {
      name,
      password,
      get otpauth() {
        return totpFor(randomUUID()).uri;
      },
    };
    await signInWith(browser, mistaken);
    expect(browser.asked).toContain("otp");
    await recordSignInErrors(identity.admin);
    const found = (await audit()).filter(({ target }) => target === "bob");
    expect(found).not.toEqual([]);
    for (const { at, details } of found) {
      expect(new Date(details.happenedAt).toISOString()).toBe(details.happenedAt);
      expect(Date.parse(details.happenedAt)).toBeLessThanOrEqual(Math.min(details.until, at.getTime()));
    }
    expect((await audit()).map(({ target }) => target)).not.toContain(bob.id);
  });
  it("for a name nobody has is there without what was typed: it may be a password", async () => {
    const browser = identity.browser();
    await signInWith(browser, { name: "hunter2 oops", password: "a wrong password", otpauth: "" });
    expect(await recordSignInErrors(identity.admin)).toBe(1);
    expect((await audit()).at(-1)).toMatchObject({ target: "an unknown name", details: { code: "user_not_found" } });
    expect(JSON.stringify(await rows("select * from audit"))).not.toContain("hunter2");
  });
});
