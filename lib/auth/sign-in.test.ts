import { describe, expect, it } from "vitest";
import { checkClaims } from "./sign-in.ts";

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
