// Readiness of this process: what is missing and what to do about it. Why, with the addresses in it, says the log alone:
// whoever asks may be a stranger.
import { z } from "zod";
import { docker } from "./docker.ts";
import { env } from "./env.ts";
import { messageOf } from "./errors.ts";
import { log } from "./log.ts";
import { pendingMigrations } from "./migrate.ts";
import { rows } from "./postgres.ts";
import { processWide } from "./process-wide.ts";

export type Check = { name: string; ok: boolean; fix?: string };
type Probe = { name: string; fix: string; run: () => Promise<void> };

const timeoutMs = 3_000;
const cacheMs = 1_000;

const probes: readonly Probe[] = [
  {
    name: "database",
    fix: "Run ./taylordash logs postgres; the portal reconnects by itself.",
    run: async () => void (await rows("select 1")),
  },
  {
    name: "migrations",
    fix: "Run ./taylordash logs worker; migrations are retried by themselves.",
    async run() {
      const pending = await pendingMigrations();
      if (pending.length > 0) throw new Error(`not applied yet: ${pending.join(", ")}`);
    },
  },
  {
    name: "keycloak",
    fix: "Run ./taylordash logs keycloak and ./taylordash logs worker; the worker sets the realm up at its start.",
    run: checkIssuer,
  },
  {
    name: "docker-guard",
    fix: "Run ./taylordash logs docker-guard.",
    // Asks the engine behind it too.
    run: async () => void (await docker().ping()),
  },
];

const Discovery = z.object({ issuer: z.string() });

/** Sign-in would fail late and badly with another issuer than the configured one, so it is compared here. */
async function checkIssuer() {
  const { keycloak } = env();
  const url = `${keycloak.url}/realms/${keycloak.realm}/.well-known/openid-configuration`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((error: unknown) => {
    const cause = error instanceof Error && error.cause ? error.cause : error;
    throw new Error(`${new URL(url).host} does not answer: ${messageOf(cause)}`);
  });
  if (answer.status === 404) throw new Error("the realm taylordash does not exist yet");
  if (!answer.ok) throw new Error(`discovery answers ${answer.status}`);
  const { issuer } = Discovery.parse(await answer.json());
  if (issuer !== keycloak.issuer) throw new Error(`the issuer is ${issuer}, expected ${keycloak.issuer}`);
}

async function check({ name, fix, run }: Probe): Promise<Check> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs).unref();
  });
  try {
    await Promise.race([run(), late]);
    if (causes.delete(name)) log.info({ check: name }, "ready again");
    return { name, ok: true };
  } catch (error) {
    const cause = messageOf(error);
    if (causes.get(name) !== cause) log.warn({ check: name, err: error }, "not ready");
    causes.set(name, cause);
    return { name, ok: false, fix };
  }
}

export type Readiness = { ready: boolean; checks: Check[] };
const last = processWide("readiness", () => ({ at: 0, result: null as Promise<Readiness> | null }));
/** What fails at present, so that the log hears of a change and not of every question. */
const causes = processWide("readiness-causes", () => new Map<string, string>());

/** Cached for a second, so that many askers cost one round of checks. */
export function readiness(): Promise<Readiness> {
  if (!last.result || Date.now() - last.at > cacheMs) {
    last.at = Date.now();
    last.result = Promise.all(probes.map(check)).then((checks) => ({ ready: checks.every(({ ok }) => ok), checks }));
  }
  return last.result;
}
