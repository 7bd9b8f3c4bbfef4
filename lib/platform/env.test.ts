import { describe, expect, it } from "vitest";
import { parseEnv } from "./env.ts";

const good = { TAYLORDASH_ROLE: "portal", TAYLORDASH_PROJECT: "taylordash", TAYLORDASH_ORIGIN: "https://localhost" };

describe("the environment", () => {
  it("needs three names; everything else has one default", () => {
    expect(parseEnv(good)).toMatchObject({
      port: 3000,
      dockerSocket: "/run/guard/docker.sock",
      keycloak: { issuer: "https://localhost/auth/realms/taylordash" },
    });
  });
  it("reports everything missing, unknown and malformed together", () => {
    const broken = { TAYLORDASH_ROLE: "boss", TAYLORDASH_ORIGN: "x", TAYLORDASH_DATABASE_PORT: "0", PATH: "/bin" };
    expect(() => parseEnv(broken)).toThrow(/TAYLORDASH_ORIGN: is not a known/);
    expect(() => parseEnv(broken)).toThrow(/TAYLORDASH_PROJECT: is missing/);
    expect(() => parseEnv(broken)).toThrow(/TAYLORDASH_ROLE: (?!is missing)/);
    expect(() => parseEnv(broken)).toThrow(/TAYLORDASH_DATABASE_PORT/);
    expect(() => parseEnv(broken)).not.toThrow(/PATH:/);
  });
  it("gives the raw socket and no origin to docker-guard alone", () => {
    expect(parseEnv({ TAYLORDASH_ROLE: "guard", TAYLORDASH_PROJECT: "t" }).dockerSocket).toBe("/var/run/docker.sock");
    expect(() => parseEnv({ TAYLORDASH_ROLE: "worker", TAYLORDASH_PROJECT: "t" })).toThrow(
      /TAYLORDASH_ORIGIN: is missing/,
    );
  });
  it.each(["http://localhost", "https://localhost/", "https://localhost/x", "localhost"])(
    "refuses the origin %s",
    (value) => {
      expect(() => parseEnv({ ...good, TAYLORDASH_ORIGIN: value })).toThrow(/TAYLORDASH_ORIGIN/);
    },
  );
});
