// Logout tokens, good and bad, signed by a key the portal trusts; sessions in a real PostgreSQL.
import { readFileSync } from "node:fs";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rows } from "../platform/postgres.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { backChannelLogout } from "./back-channel-logout.ts";
import { endOneSession } from "./manage-sessions.ts";
import type { Actor } from "./permissions.ts";
import { resolveSession } from "./sessions.ts";
import { signedIn } from "./test-sessions.ts";

let database: TestDatabase;
let keyServer: https.Server;
let served = true;
const trusted = await generateKeyPair("RS256", { extractable: true });
const stranger = await generateKeyPair("RS256");
const issuer = "https://localhost/auth/realms/taylordash";
const event = { "http://schemas.openid.net/event/backchannel-logout": {} };

beforeAll(async () => {
  database = await startTestDatabase({ oidc_client_secret: "p" });
  const read = (name: string) => readFileSync(join(database.folder, name));
  const keys = { keys: [{ ...(await exportJWK(trusted.publicKey)), kid: "one", alg: "RS256", use: "sig" }] };
  keyServer = https.createServer({ cert: read("tls.crt"), key: read("tls.key") }, (_request, response) =>
    served ? response.end(JSON.stringify(keys)) : response.writeHead(503).end(),
  );
  await new Promise<void>((resolve) => keyServer.listen(0, resolve));
  process.env.TAYLORDASH_KEYCLOAK_URL = `https://localhost:${(keyServer.address() as AddressInfo).port}/auth`;
});
afterAll(async () => {
  keyServer?.close();
  await database?.stop();
});

type Token = { claims?: object; header?: Partial<JWTHeaderParameters>; key?: CryptoKey; iat?: number };
function sign({ claims, header, key = trusted.privateKey, iat }: Token = {}): Promise<string> {
  const payload = {
    iss: issuer,
    aud: "portal",
    jti: crypto.randomUUID(),
    events: event,
    sub: "u1",
    sid: "kc1",
    ...claims,
  };
  return new SignJWT(payload)
    .setProtectedHeader({ alg: "RS256", kid: "one", typ: "logout+jwt", ...header })
    .setIssuedAt(iat ?? Math.floor(Date.now() / 1_000))
    .sign(key);
}
const person = (id: string) => ({ id, name: id, displayName: id, email: null, role: "viewer" as const });
const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a good logout token", () => {
  it("ends the session it names, no other of the person, and is in the audit", async () => {
    const [one, other] = [
      await signedIn({ userId: "u1", keycloakSession: "kc1" }),
      await signedIn({ userId: "u1", keycloakSession: "kc2" }),
    ];
    expect(await backChannelLogout(await sign())).toEqual({ ended: 1 });
    expect(await resolveSession(one)).toBeNull();
    expect(await resolveSession(other)).not.toBeNull();
    const [row] = await rows("select * from audit where action = 'session.end' order by id desc limit 1");
    expect(row).toMatchObject({ actor_name: "keycloak", target: "u1", outcome: "done", details: { sessions: 1 } });
  });
  it("without a session ends all of the person's, and nobody else's", async () => {
    const userId = "u2";
    const three = await Promise.all(["a", "b", "c"].map((keycloakSession) => signedIn({ userId, keycloakSession })));
    const other = await signedIn({ userId: "u3", keycloakSession: "a" });
    expect(await backChannelLogout(await sign({ claims: { sub: userId, sid: undefined } }))).toEqual({ ended: 3 });
    for (const cookie of three) expect(await resolveSession(cookie)).toBeNull();
    expect(await resolveSession(other)).not.toBeNull();
  });
  it("for a session we do not know is taken, and ends nothing", async () => {
    expect(await backChannelLogout(await sign({ claims: { sid: "unknown" } }))).toEqual({ ended: 0 });
  });
  it("writes nothing when it only echoes an end that the portal made, and wrote down, itself", async () => {
    const userId = "u4";
    const admin = await resolveSession(await signedIn({ userId: "boss", role: "admin" }));
    const theirs = await resolveSession(await signedIn({ userId, keycloakSession: "kc4" }));
    await endOneSession(admin as Actor, { id: theirs?.sessionId });
    expect(await backChannelLogout(await sign({ claims: { sub: userId, sid: "kc4" } }))).toEqual({ ended: 0 });
    const trail = await rows(
      "select actor_name, target from audit where action = 'session.end' and outcome = 'done' order by id desc limit 1",
    );
    expect(trail).toEqual([{ actor_name: "boss", target: userId }]);
  });
  it("names the person of a session that we do not know", async () => {
    await signedIn({ userId: "11111111", user: { ...person("11111111"), name: "nora" } });
    await backChannelLogout(await sign({ claims: { sub: "11111111", sid: "elsewhere" } }));
    const [row] = await rows("select target, details from audit where action = 'session.end' order by id desc limit 1");
    expect(row).toMatchObject({ target: "nora", details: { sessions: 0 } });
  });
  it("acts once, also when it comes twice at the same moment", async () => {
    const token = await sign({ claims: { sid: "unknown" } });
    const both = await Promise.allSettled([backChannelLogout(token), backChannelLogout(token)]);
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(backChannelLogout(token)).rejects.toMatchObject({ status: 400, code: "logout-token-replayed" });
  });
});

describe("refused with 400, ending nothing, is", () => {
  const now = Math.floor(Date.now() / 1_000);
  const cases: [string, () => Promise<string> | string][] = [
    ["another issuer", () => sign({ claims: { iss: "https://elsewhere.example/auth/realms/taylordash" } })],
    ["another audience", () => sign({ claims: { aud: "account" } })],
    ["no audience", () => sign({ claims: { aud: undefined } })],
    ["another type", () => sign({ header: { typ: "JWT" } })],
    ["no type", () => sign({ header: { typ: undefined } })],
    ["a nonce", () => sign({ claims: { nonce: "n" } })],
    ["no event", () => sign({ claims: { events: {} } })],
    ["events missing", () => sign({ claims: { events: undefined } })],
    ["an event that is no object", () => sign({ claims: { events: { ...event, [Object.keys(event)[0] ?? ""]: 1 } } })],
    ["neither person nor session", () => sign({ claims: { sub: undefined, sid: undefined } })],
    ["no id of its own", () => sign({ claims: { jti: undefined } })],
    ["an old one", () => sign({ iat: now - 600 })],
    ["one of the future", () => sign({ iat: now + 600 })],
    ["an expired one", () => sign({ claims: { exp: now - 60 } })],
    ["a stranger's signature", () => sign({ key: stranger.privateKey })],
    ["an unknown key", () => sign({ header: { kid: "two" }, key: stranger.privateKey })],
    [
      "a changed body",
      async () => {
        const [header, , signature] = (await sign()).split(".");
        const body = { iss: issuer, aud: "portal", jti: "x", events: event, sid: "kc9", iat: now };
        return `${header}.${encode(body)}.${signature}`;
      },
    ],
    [
      "no signature at all",
      async () => {
        const [, body] = (await sign()).split(".");
        return `${encode({ alg: "none", typ: "logout+jwt" })}.${body}.`;
      },
    ],
    [
      "a shared secret made of the public key",
      async () => {
        const jwk = Buffer.from(JSON.stringify(await exportJWK(trusted.publicKey)));
        const payload = { iss: issuer, aud: "portal", jti: crypto.randomUUID(), events: event, sid: "kc9" };
        const header = { alg: "HS256", kid: "one", typ: "logout+jwt" };
        return new SignJWT(payload).setProtectedHeader(header).setIssuedAt().sign(jwk);
      },
    ],
    ["no token", () => "not.a.token"],
    ["nothing", () => ""],
  ];
  it.each(cases)("%s", async (_what, make) => {
    const cookie = await signedIn({ userId: "u9", keycloakSession: "kc9" });
    await expect(backChannelLogout(await make())).rejects.toMatchObject({ status: 400 });
    expect(await resolveSession(cookie)).not.toBeNull();
  });
  it.each([undefined, null, 7, ["a"], "x".repeat(20_000)])("a body of %j", async (body) => {
    await expect(backChannelLogout(body)).rejects.toMatchObject({ status: 400, code: "bad-logout-token" });
  });
});

it("while Keycloak's keys cannot be had, nobody says the token is bad", async () => {
  // Forgotten, as in a process that has just started.
  Reflect.deleteProperty(globalThis, Symbol.for("taylordash.keycloak-keys"));
  served = false;
  await expect(backChannelLogout(await sign())).rejects.toMatchObject({ status: 503 });
});
