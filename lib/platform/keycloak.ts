// Keycloak's admin API over the back channel, by client credentials. Answers are parsed by whoever asks.
import { z } from "zod";
import { env } from "./env.ts";
import { Conflict, Invalid, NotFound, Unavailable } from "./errors.ts";

const Token = z.object({ access_token: z.string(), expires_in: z.number() });

export type Credentials = { realm: string; clientId: string; clientSecret: string };

/** Thrown when Keycloak does not know the client or its secret: it is not set up yet. */
export class WrongCredentials extends Unavailable {
  static override readonly kind: string = "WrongCredentials";

  constructor(message: string) {
    super("keycloak-not-set-up", message);
  }
}

async function ask(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, signal: AbortSignal.timeout(30_000) });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Unavailable("keycloak-unreachable", `Keycloak does not answer: ${cause}`);
  }
}

export function keycloakAdmin(credentials: Credentials, baseUrl = env().keycloak.url) {
  let token: { value: string; until: number } | null = null;

  async function accessToken(): Promise<string> {
    if (token && token.until > Date.now()) return token.value;
    const answer = await ask(`${baseUrl}/realms/${credentials.realm}/protocol/openid-connect/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: credentials.clientId,
        client_secret: credentials.clientSecret,
      }),
    });
    if ([400, 401, 404].includes(answer.status)) {
      throw new WrongCredentials(`Keycloak does not know ${credentials.clientId} yet. The worker sets it up.`);
    }
    if (!answer.ok)
      throw new Unavailable(
        "keycloak-token",
        `Keycloak gives no token, it answers ${answer.status}. While it starts or its database is away that passes: try again in a moment.`,
      );
    const { access_token, expires_in } = Token.parse(await answer.json());
    token = { value: access_token, until: Date.now() + (expires_in - 10) * 1000 };
    return access_token;
  }

  /** @throws NotFound, Conflict, Invalid or Unavailable by Keycloak's status. */
  async function call(method: string, path: string, body?: unknown): Promise<unknown> {
    const send = async () =>
      ask(`${baseUrl}/admin${path}`, {
        method,
        headers: { authorization: `Bearer ${await accessToken()}`, "content-type": "application/json" },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    let answer = await send();
    if (answer.status === 401) {
      // Keycloak forgot the token before its time: its keys or its database are new.
      await answer.body?.cancel();
      token = null;
      answer = await send();
    }
    const text = await answer.text();
    if (answer.ok) return text === "" ? undefined : JSON.parse(text);
    const message = `Keycloak answers ${answer.status} to ${method} ${path}: ${text.slice(0, 300)}`;
    if (answer.status === 404) throw new NotFound("keycloak-not-found", message);
    if (answer.status === 409) throw new Conflict("keycloak-conflict", message);
    if (answer.status === 400) throw new Invalid("keycloak-invalid", message);
    throw new Unavailable("keycloak-refused", message, { status: answer.status });
  }

  return {
    call,
    /** Forgets the token, so that roles given meanwhile are in the next one. */
    signInAgain() {
      token = null;
    },
  };
}

export type KeycloakAdmin = ReturnType<typeof keycloakAdmin>;
