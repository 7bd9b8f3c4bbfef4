// next-auth 4, kept behind this one file: it runs the OpenID Connect dance, we keep the session.
import { AsyncLocalStorage } from "node:async_hooks";
import type { Account, AuthOptions, Profile } from "next-auth";
import type { Adapter, AdapterUser } from "next-auth/adapters";
import { recordEvent, recordRefused } from "../audit/index.ts";
import { derivedKey } from "../platform/crypto.ts";
import { env, secret } from "../platform/env.ts";
import { log } from "../platform/log.ts";
import { processWide } from "../platform/process-wide.ts";
import { authTimeOf, type Claims, checkClaims, checkStepUp, requiredAcr, userOf } from "./claims.ts";
import { absoluteHours, createSession, findUserOf, newSessionId, revokeSession, SESSION_COOKIE } from "./sessions.ts";

type SignIn = {
  cookie: string | undefined;
  ip: string | null;
  userAgent: string | null;
  /** Whose live session the browser already had. */
  live: { userId: string; name: string; sessionId: string } | null;
  claims?: Claims;
  account?: Account;
};
const current = processWide("sign-in", () => new AsyncLocalStorage<SignIn>());

const nobody = { kind: "nobody" as const, id: null, name: "nobody" };
/** Only these parts of next-auth are reachable; its session and sign-out handlers know nothing of revocation. */
const reachable = new Set(["signin", "callback", "csrf", "providers", "error"]);

// next-auth asks for a stored user by account first; the person is written with the session, from the same claims.
function adapterUser(): AdapterUser {
  const claims = current.getStore()?.claims;
  if (!claims) throw new Error("no sign-in is going on");
  return {
    id: claims.sub,
    name: claims.name ?? claims.preferred_username,
    email: claims.email ?? "",
    emailVerified: null,
  };
}

const adapter: Adapter = {
  // Before the claims were checked there is no user; afterwards it is always the one of the claims.
  getUserByAccount: () => (current.getStore()?.claims ? adapterUser() : null),
  getUserByEmail: () => null,
  getUser: () => null,
  createUser: () => adapterUser(),
  linkAccount: () => undefined,
  // Never the session of the browser's old cookie: a sign-in always makes a new one.
  getSessionAndUser: () => null,
  deleteSession: () => undefined,
  updateSession: () => null,
  updateUser: () => adapterUser(),
  async createSession({ sessionToken, userId }) {
    const signIn = current.getStore();
    if (!signIn?.claims) throw new Error("no sign-in is going on");
    const { claims, account, live } = signIn;
    const user = userOf(claims);
    const { sessionId, expiresAt } = await createSession({
      id: sessionToken,
      user,
      keycloakSession: claims.sid ?? null,
      acr: claims.acr,
      authTime: authTimeOf(claims),
      refreshToken: account?.refresh_token ?? null,
      ip: signIn.ip,
      userAgent: signIn.userAgent,
    });
    if (signIn.cookie) await revokeSession(signIn.cookie, live ? "step-up" : "a new sign-in in the same browser");
    const person = { kind: "person" as const, id: user.id, name: user.name, sessionId };
    await recordEvent(person, live ? "session.step-up" : "session.create", user.name, { role: user.role });
    return { sessionToken, userId, expires: expiresAt };
  },
};

const cookie = (name: string, maxAge?: number) => ({
  name,
  options: { httpOnly: true, sameSite: "lax" as const, path: "/", secure: true, ...(maxAge ? { maxAge } : {}) },
});

export function authOptions(): AuthOptions {
  const { keycloak, origin } = env();
  process.env.NEXTAUTH_URL = origin;
  const essential = { id_token: { acr: { essential: true, values: [String(requiredAcr)] } } };
  return {
    secret: derivedKey("sign-in").toString("base64url"),
    adapter,
    session: { strategy: "database", maxAge: absoluteHours * 3600, generateSessionToken: newSessionId },
    pages: { signIn: "/login", error: "/login" },
    useSecureCookies: true,
    cookies: {
      sessionToken: cookie(SESSION_COOKIE),
      csrfToken: cookie("__Host-taylordash.csrf"),
      callbackUrl: cookie("__Host-taylordash.callback"),
      state: cookie("__Host-taylordash.state", 900),
      nonce: cookie("__Host-taylordash.nonce", 900),
      pkceCodeVerifier: cookie("__Host-taylordash.pkce", 900),
    },
    providers: [
      {
        id: "keycloak",
        name: "Keycloak",
        type: "oauth",
        // The back channel answers with the public authorisation address and inner token and key addresses.
        wellKnown: `${keycloak.url}/realms/${keycloak.realm}/.well-known/openid-configuration`,
        issuer: keycloak.issuer,
        clientId: keycloak.clientId,
        clientSecret: secret("oidc_client_secret"),
        idToken: true,
        checks: ["pkce", "state", "nonce"],
        // Essential, not `acr_values`: Keycloak then fails instead of letting a lower level pass.
        authorization: { params: { scope: "openid profile email", claims: JSON.stringify(essential) } },
        httpOptions: { timeout: 10_000 },
        profile: (profile: Profile) => ({ id: profile.sub ?? "", name: profile.name, email: profile.email }),
      },
    ],
    callbacks: {
      signIn({ account, profile }) {
        const signIn = current.getStore();
        if (!signIn || !account) return false;
        const claims = checkClaims(profile, keycloak.issuer);
        checkStepUp(claims, signIn.live);
        signIn.claims = claims;
        signIn.account = account;
        return true;
      },
    },
    logger: {
      error: (code, metadata) =>
        log.error({ code, err: metadata instanceof Error ? metadata : metadata.error }, "sign-in failed"),
      warn: (code) => log.debug({ code }, "sign-in library warning"),
      debug: () => undefined,
    },
  };
}

type RouteContext = { params: Promise<{ nextauth: string[] }> };

/** The value of a cookie of that name, as it was sent. */
export const readCookie = (request: Request, name: string): string | undefined =>
  request.headers
    .get("cookie")
    ?.split(/;\s*/)
    .find((part) => part.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** The route handler of `/api/auth/*`; whatever breaks ends at the sign-in page with a code, never in a bare 500. */
export async function handleAuth(request: Request, context: RouteContext): Promise<Response> {
  const { nextauth } = await context.params;
  if (!reachable.has(nextauth[0] ?? "")) return new Response(null, { status: 404 });
  const cookie = readCookie(request, SESSION_COOKIE);
  const isCallback = nextauth[0] === "callback";
  const signIn: SignIn = {
    cookie,
    live: null,
    // Traefik appends the address it saw itself; anything before it is the client's own claim.
    ip: request.headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? null,
    userAgent: request.headers.get("user-agent"),
  };
  try {
    if (isCallback) signIn.live = await findUserOf(cookie);
    const { default: NextAuth } = await import("next-auth");
    const options = authOptions();
    const response = (await current.run(signIn, () =>
      NextAuth(request as never, context as never, options),
    )) as Response;
    if (isCallback) await recordFailure(signIn, response);
    return response;
  } catch (error) {
    log.error({ err: error }, "sign-in failed unexpectedly");
    return new Response(null, { status: 302, headers: { location: `${env().origin}/login?error=Unexpected` } });
  }
}

/** next-auth answers every failure with a way to the sign-in page and a code. */
async function recordFailure(signIn: SignIn, response: Response): Promise<void> {
  const location = response.headers.get("location");
  const code = location ? new URL(location, env().origin).searchParams.get("error") : null;
  if (!code) return;
  const live = signIn.live;
  const { sessionId } = live ?? {};
  const who = live ? { kind: "person" as const, id: live.userId, name: live.name, sessionId } : nobody;
  await recordRefused(who, live ? "session.step-up" : "session.create", live?.name ?? "sign-in", { code });
}
