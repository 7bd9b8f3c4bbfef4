import { describe, expect, it } from "vitest";
import { desiredRealm, drift } from "./desired.ts";

const inputs = { origin: "https://dash.example.org:8443", portalSecret: "p", serviceSecret: "s", peopleSecret: "q" };

describe("the realm as code", () => {
  const realm = desiredRealm(inputs);
  it("has exact addresses of this origin, and no placeholder left", () => {
    expect(realm.portal.redirectUris).toEqual(["https://dash.example.org:8443/api/auth/callback/keycloak"]);
    expect(JSON.stringify(realm)).not.toMatch(/\$ORIGIN|\$PORTAL|\*/);
  });
  it("keeps what makes sign-in safe", () => {
    const flows = { implicitFlowEnabled: false, directAccessGrantsEnabled: false };
    expect(realm.portal).toMatchObject({
      ...flows,
      publicClient: false,
      attributes: { "pkce.code.challenge.method": "S256" },
    });
    expect(realm.service).toMatchObject({ ...flows, standardFlowEnabled: false });
    expect(realm.people).toMatchObject({ ...flows, standardFlowEnabled: false });
    expect(realm.peopleRoles.some((right) => /realm|clients|impersonation/.test(right))).toBe(false);
    const safe = {
      bruteForceProtected: true,
      registrationAllowed: false,
      otpPolicyCodeReusable: false,
      sslRequired: "all",
    };
    expect(realm.settings).toMatchObject({ ...safe, eventsEnabled: true, adminEventsEnabled: true });
    expect(
      realm.browserFlow.filter(({ requirement }) => requirement === "REQUIRED").map(({ provider }) => provider),
    ).toEqual(expect.arrayContaining(["auth-username-password-form", "auth-otp-form"]));
  });
});

describe("drift", () => {
  it.each([
    [{ a: 1 }, { a: 1, b: 2 }, []],
    [{ a: 1 }, { a: 2 }, ["a"]],
    [{ a: { b: true, c: "x" } }, { a: { b: false } }, ["a.b", "a.c"]],
    [{ a: ["x", "y"] }, { a: ["y", "x"] }, []],
    [{ a: ["x"] }, { a: ["x", "*"] }, ["a"]],
    [{ a: [] }, {}, ["a"]],
    [{ a: "" }, {}, []],
    [{ a: { b: 1 } }, null, ["a.b"]],
  ])("of %j against %j is %j", (desired, actual, fields) => {
    expect(drift(desired, actual)).toEqual(fields);
  });
});
