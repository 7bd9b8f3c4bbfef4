// Keycloak as the portal's own client sees it: refreshing and ending its sessions, checking what it signed.
import { createRemoteJWKSet, type JWTPayload, type JWTVerifyOptions, jwtVerify } from "jose";
import { z } from "zod";
import { env, secret } from "./env.ts";
import { messageOf } from "./errors.ts";
import { processWide } from "./process-wide.ts";

const timeoutMs = 5_000;
/** Asymmetric alone: with a shared secret whoever can verify could also sign. */
export const signatureAlgorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];

const address = (path: string) => {
  const { keycloak } = env();
  return `${keycloak.url}/realms/${keycloak.realm}/protocol/openid-connect/${path}`;
};

const post = (path: string, fields: Record<string, string>) =>
  fetch(address(path), {
    method: "POST",
    signal: AbortSignal.timeout(timeoutMs),
    body: new URLSearchParams({
      ...fields,
      client_id: env().keycloak.clientId,
      client_secret: secret("oidc_client_secret"),
    }),
  });

const keys = () =>
  processWide("keycloak-keys", () =>
    // A rotated key is found at once, an unknown one is asked for at most every 10 seconds.
    createRemoteJWKSet(new URL(address("certs")), { timeoutDuration: timeoutMs, cooldownDuration: 10_000 }),
  );

/** Checks signature, issuer, audience and times. @throws jose's errors, or fetch's when the keys cannot be had. */
export async function verifySigned(token: string, options: JWTVerifyOptions = {}): Promise<JWTPayload> {
  const { keycloak } = env();
  const { payload } = await jwtVerify(token, keys(), {
    issuer: keycloak.issuer,
    audience: keycloak.clientId,
    algorithms: signatureAlgorithms,
    ...options,
  });
  return payload;
}

const Tokens = z.object({ id_token: z.string(), refresh_token: z.string() });
const Refusal = z.object({ error: z.string(), error_description: z.string().optional() });
const Claims = z.object({ sub: z.string(), roles: z.array(z.string()).default([]) });

export type Refreshed =
  | { state: "ok"; subject: string; roles: string[]; refreshToken: string }
  /** Keycloak knows this session no longer, or the person is disabled or gone. */
  | { state: "ended"; reason: string }
  /** Keycloak said nothing about the session. */
  | { state: "unknown"; cause: string };

/** Trades a refresh token for the next one. Until that is used the old one serves again. Never throws. */
export async function refreshTokens(refreshToken: string): Promise<Refreshed> {
  try {
    const answer = await post("token", { grant_type: "refresh_token", refresh_token: refreshToken });
    const body: unknown = await answer.json();
    if (answer.ok) {
      const tokens = Tokens.parse(body);
      const claims = Claims.parse(await verifySigned(tokens.id_token));
      const { sub: subject, roles } = claims;
      return { state: "ok", subject, roles, refreshToken: tokens.refresh_token };
    }
    const refusal = Refusal.safeParse(body).data;
    if (refusal?.error === "invalid_grant") return { state: "ended", reason: refusal.error_description ?? "ended" };
    return { state: "unknown", cause: `Keycloak answers ${answer.status} ${refusal?.error ?? ""}`.trim() };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { state: "unknown", cause: messageOf(cause) };
  }
}

/** Ends the session at Keycloak that a refresh token belongs to. Answers whether Keycloak did. */
export async function endAtKeycloak(refreshToken: string): Promise<boolean> {
  try {
    const answer = await post("logout", { refresh_token: refreshToken });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
