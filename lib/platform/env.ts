// The environment, read once. Every missing, unknown or malformed name is reported together.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { processWide } from "./process-wide.ts";

const port = z.coerce.number().int().min(1).max(65_535);
const origin = z
  .url({ protocol: /^https$/ })
  .refine((text) => URL.canParse(text) && new URL(text).origin === text, "must be an origin, without a path");

const schema = z
  .object({
    TAYLORDASH_ROLE: z.enum(["portal", "worker", "guard"]),
    TAYLORDASH_PROJECT: z.string().regex(/^[a-z0-9][a-z0-9_-]*$/),
    TAYLORDASH_DOMAIN: z.string().min(1).default("localhost"),
    TAYLORDASH_ORIGIN: origin.optional(),
    TAYLORDASH_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
    TAYLORDASH_VERSION: z.string().default("0.1.0"),
    TAYLORDASH_DATABASE_HOST: z.string().default("postgres"),
    TAYLORDASH_DATABASE_PORT: port.default(5432),
    TAYLORDASH_DATABASE_NAME: z.string().default("portal"),
    TAYLORDASH_DATABASE_USER: z.string().default("portal"),
    TAYLORDASH_KEYCLOAK_URL: z.url().default("https://keycloak:8443/auth"),
    TAYLORDASH_MQTT_URL: z.url().default("mqtts://mosquitto:8884"),
    TAYLORDASH_S3_URL: z.url().default("https://objectstore:8333"),
    TAYLORDASH_DOCKER_SOCKET: z.string().optional(),
    TAYLORDASH_GUARD_DIR: z.string().default("/run/guard"),
    TAYLORDASH_SECRETS: z.string().default("/run/secrets"),
    TAYLORDASH_TLS: z.string().default("/run/tls"),
    TAYLORDASH_MIGRATIONS: z.string().default("/app/infra/postgres/migrations"),
    TAYLORDASH_PORT: port.optional(),
  })
  .superRefine((value, context) => {
    if (value.TAYLORDASH_ROLE !== "guard" && !value.TAYLORDASH_ORIGIN) {
      context.addIssue({ code: "custom", path: ["TAYLORDASH_ORIGIN"], message: "is missing" });
    }
  });

export type Env = ReturnType<typeof parseEnv>;

/** @throws Error naming every problem at once. */
export function parseEnv(source: Record<string, string | undefined>) {
  const ours = Object.entries(source).filter(([name, value]) => name.startsWith("TAYLORDASH_") && value !== "");
  const problems = ours.filter(([name]) => !(name in schema.shape)).map(([name]) => `${name}: is not a known setting`);
  const parsed = schema.safeParse(Object.fromEntries(ours));
  for (const issue of parsed.error?.issues ?? []) {
    const name = issue.path.join(".");
    problems.push(`${name}: ${source[name] ? issue.message : "is missing"}`);
  }
  if (problems.length > 0 || !parsed.success) {
    throw new Error(`The environment is not usable:\n${problems.map((line) => `  ${line}`).join("\n")}`);
  }
  const env = parsed.data;
  return {
    role: env.TAYLORDASH_ROLE,
    project: env.TAYLORDASH_PROJECT,
    domain: env.TAYLORDASH_DOMAIN,
    origin: env.TAYLORDASH_ORIGIN ?? "",
    logLevel: env.TAYLORDASH_LOG_LEVEL,
    version: env.TAYLORDASH_VERSION,
    port: env.TAYLORDASH_PORT ?? (env.TAYLORDASH_ROLE === "portal" ? 3000 : 9464),
    database: {
      host: env.TAYLORDASH_DATABASE_HOST,
      port: env.TAYLORDASH_DATABASE_PORT,
      name: env.TAYLORDASH_DATABASE_NAME,
      user: env.TAYLORDASH_DATABASE_USER,
    },
    keycloak: {
      url: env.TAYLORDASH_KEYCLOAK_URL,
      realm: "taylordash",
      clientId: "portal",
      issuer: `${env.TAYLORDASH_ORIGIN ?? ""}/auth/realms/taylordash`,
    },
    mqttUrl: env.TAYLORDASH_MQTT_URL,
    s3Url: env.TAYLORDASH_S3_URL,
    // docker-guard alone holds the raw socket; everybody else has a filtered one in its own volume.
    dockerSocket:
      env.TAYLORDASH_DOCKER_SOCKET ??
      (env.TAYLORDASH_ROLE === "guard" ? "/var/run/docker.sock" : `${env.TAYLORDASH_GUARD_DIR}/docker.sock`),
    guardDir: env.TAYLORDASH_GUARD_DIR,
    secretsDir: env.TAYLORDASH_SECRETS,
    tlsDir: env.TAYLORDASH_TLS,
    migrationsDir: env.TAYLORDASH_MIGRATIONS,
  };
}

export const env = (): Env => processWide("env", () => parseEnv(process.env));

/** A secret's content without its last line break. @throws Error naming the file, never its content. */
export function secret(name: string): string {
  const file = join(env().secretsDir, name);
  const text = readFileSync(file, "utf8").replace(/\r?\n$/, "");
  if (text === "") throw new Error(`The secret file ${file} is empty.`);
  return text;
}

/** The stack's own CA, which every inner TLS link is verified against. */
export const stackCa = (): string => readFileSync(join(env().tlsDir, "ca.crt"), "utf8");
