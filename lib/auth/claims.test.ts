import { describe, expect, it } from "vitest";
import { checkClaims, checkStepUp } from "./claims.ts";

const issuer = "https://localhost/auth/realms/taylordash";
const claims = { iss: issuer, sub: "1", preferred_username: "ann", acr: "2", auth_time: 1, roles: ["viewer", "other"] };

describe("the claims of a sign-in", () => {
  it("pass with the configured issuer and a second factor", () => {
    expect(checkClaims(claims, issuer)).toMatchObject({ sub: "1", acr: 2, roles: ["viewer", "other"] });
  });
  it.each([
    ["Issuer", { ...claims, iss: `${issuer}/` }],
    ["Issuer", { ...claims, iss: "https://elsewhere.example/auth/realms/taylordash" }],
    ["SecondFactor", { ...claims, acr: "1" }],
    ["SecondFactor", { ...claims, acr: "0" }],
    ["Claims", { ...claims, acr: "gold" }],
    ["Claims", { ...claims, sub: "" }],
    ["Claims", { ...claims, auth_time: undefined }],
    ["Claims", { ...claims, roles: "admin" }],
    ["Claims", undefined],
  ])("are refused as %s", (code, profile) => {
    expect(() => checkClaims(profile, issuer)).toThrow(new Error(code));
  });
});

describe("a sign-in over a live session", () => {
  const now = Date.parse("2026-01-01T12:00:00Z");
  const fresh = checkClaims({ ...claims, auth_time: now / 1_000 - 20 }, issuer);
  it("of the same person, with a code of this moment, passes", () => {
    expect(() => checkStepUp(fresh, { userId: "1" }, now)).not.toThrow();
  });
  it("of somebody else is refused, and of anybody when there is no session it passes", () => {
    expect(() => checkStepUp(fresh, { userId: "2" }, now)).toThrow(new Error("OtherPerson"));
    expect(() => checkStepUp(fresh, null, now)).not.toThrow();
  });
  it.each([301, 3_600, -3_600])("with a code given %i seconds ago is refused", (ago) => {
    const old = { ...fresh, auth_time: now / 1_000 - ago };
    expect(() => checkStepUp(old, { userId: "1" }, now)).toThrow(new Error("NotFresh"));
  });
});
