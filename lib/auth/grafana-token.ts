// Who somebody is, for Grafana: a token of a minute, made by the edge's question and never seen by the browser.
import { createECDH, createPrivateKey, type KeyObject } from "node:crypto";
import { SignJWT } from "jose";
import { derivedKey } from "../platform/crypto.ts";
import { env } from "../platform/env.ts";
import { processWide } from "../platform/process-wide.ts";
import type { Actor } from "./permissions.ts";

const lifetimeSeconds = 60;
const keyId = "grafana-1";
const grafanaRoles = { viewer: "Viewer", operator: "Editor", admin: "Admin" } as const;

type PublicKey = { kty: "EC"; crv: "P-256"; x: string; y: string; kid: string; alg: "ES256"; use: "sig" };

/** Derived from the session key, so that every replica signs with the same one and no further secret exists. */
const keys = () =>
  processWide("grafana-keys", (): { key: KeyObject; shown: PublicKey } => {
    const curve = createECDH("prime256v1");
    curve.setPrivateKey(derivedKey("grafana token"));
    const point = curve.getPublicKey();
    const x = point.subarray(1, 33).toString("base64url");
    const y = point.subarray(33, 65).toString("base64url");
    const d = derivedKey("grafana token").toString("base64url");
    const key = createPrivateKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x, y, d } });
    return { key, shown: { kty: "EC", crv: "P-256", x, y, kid: keyId, alg: "ES256", use: "sig" } };
  });

/** The JSON Web Key Set that Grafana verifies with. */
export const grafanaKeys = (): { keys: PublicKey[] } => ({ keys: [keys().shown] });

/** A compact JWT (ES256) with issuer, audience `grafana`, subject, names and Grafana's role; valid for a minute. */
export function grafanaToken(actor: Actor & { role: NonNullable<Actor["role"]> }): Promise<string> {
  return new SignJWT({
    login: actor.name,
    name: actor.displayName,
    email: actor.email ?? `${actor.name}@${env().domain}`,
    role: grafanaRoles[actor.role],
  })
    .setProtectedHeader({ alg: "ES256", kid: keyId, typ: "JWT" })
    .setIssuer(env().origin)
    .setAudience("grafana")
    .setSubject(actor.id)
    .setIssuedAt()
    .setExpirationTime(`${lifetimeSeconds}s`)
    .sign(keys().key);
}
