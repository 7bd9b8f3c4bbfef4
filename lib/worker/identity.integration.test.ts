// The worker's rounds over people, on a real Keycloak.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { signInWith, startTestIdentity, type TestIdentity } from "../auth/test-identity.ts";
import { totpFor } from "../people/keycloak-people.ts";
import { rows } from "../platform/postgres.ts";
import { betweenRowsMs } from "./sign-in-error-counts.ts";
import { signInErrorRecorder } from "./sign-in-errors.ts";

let identity: TestIdentity;
beforeAll(async () => {
  identity = await startTestIdentity();
});
afterAll(() => identity?.stop());

/** A round of a worker that has just started. */
const record = () => signInErrorRecorder(identity.admin)();
const audit = () =>
  rows("select target, outcome, at, details, host(ip) as ip from audit where action = 'sign-in.fail' order by id");

describe("a sign-in that Keycloak refused", () => {
  it("is in the audit with its reason and address, once however often the worker looks", async () => {
    const ann = await identity.addPerson("ann");
    const browser = identity.browser();
    await signInWith(browser, { ...ann, password: "a wrong password" });
    expect(browser.asked.length).toBeGreaterThan(1);
    // Some met the wrong password, the rest the lock that earned; how many of each is Keycloak's business.
    expect(await record()).toBe(2);
    expect(await record()).toBe(0);
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
    await record();
    const found = (await audit()).filter(({ target }) => target === "bob");
    expect(found).not.toEqual([]);
    for (const { at, details } of found) {
      expect(new Date(details.happenedAt).toISOString()).toBe(details.happenedAt);
      expect(Date.parse(details.happenedAt)).toBeLessThanOrEqual(Math.min(details.until, at.getTime()));
    }
    expect((await audit()).map(({ target }) => target)).not.toContain(bob.id);
  });
  it("for names nobody has is one row, without what was typed: it may be a password", async () => {
    let times = 0;
    const tryNames = async (...names: string[]) => {
      for (const name of names) {
        const browser = identity.browser();
        await signInWith(browser, { name, password: "a wrong password", otpauth: "" });
        times += browser.asked.length;
      }
    };
    await tryNames("hunter2 oops", "hunter2 again");
    expect(await record()).toBe(1);
    const first = (await audit()).at(-1);
    expect(first).toMatchObject({ target: "an unknown name", details: { code: "user_not_found", times } });
    await tryNames("hunter2 still");
    expect(await record()).toBe(0);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + betweenRowsMs });
    onTestFinished(() => void vi.useRealTimers());
    expect(await record()).toBe(1);
    const second = (await audit()).at(-1);
    expect(second).toMatchObject({ target: "an unknown name", ip: first?.ip, details: { code: "user_not_found" } });
    expect(first?.details.times + second?.details.times).toBe(times);
    expect(JSON.stringify(await rows("select * from audit"))).not.toContain("hunter2");
  });
});
