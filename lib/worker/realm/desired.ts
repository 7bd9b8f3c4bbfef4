// The realm as code: `infra/keycloak/realm.json` with this installation's origin and secrets filled in.
import { z } from "zod";
import source from "../../../infra/keycloak/realm.json" with { type: "json" };

const Json = z.record(z.string(), z.unknown());
const Step = z.object({
  level: z.number().int(),
  requirement: z.enum(["REQUIRED", "ALTERNATIVE", "CONDITIONAL", "DISABLED"]),
  provider: z.string().optional(),
  flow: z.string().optional(),
  config: z.record(z.string(), z.string()).optional(),
});
export type Step = z.infer<typeof Step>;

const Realm = z.object({
  settings: Json,
  browserSecurityHeaders: z.record(z.string(), z.string()),
  roles: z.record(z.string(), z.string()),
  portal: z.looseObject({ clientId: z.string() }),
  portalMapper: z.looseObject({ name: z.string() }),
  service: z.looseObject({ clientId: z.string() }),
  serviceRoles: z.array(z.string()),
  people: z.looseObject({ clientId: z.string() }),
  peopleRoles: z.array(z.string()),
  /** Clients Keycloak makes itself, and what must be otherwise about them. */
  builtIn: z.array(z.looseObject({ clientId: z.string() })),
  browserFlow: z.array(Step),
});
export type DesiredRealm = z.infer<typeof Realm>;

export type RealmInputs = {
  origin: string;
  portalSecret: string;
  serviceSecret: string;
  peopleSecret: string;
  /** Where Keycloak reaches the portal inside the stack. */
  portalUrl?: string;
};

export function desiredRealm(inputs: RealmInputs): DesiredRealm {
  const { origin, portalSecret, serviceSecret, peopleSecret, portalUrl = "https://portal:3000" } = inputs;
  const text = JSON.stringify(source).replaceAll("$ORIGIN", origin).replaceAll("$PORTAL", portalUrl);
  const realm = Realm.parse(JSON.parse(text));
  return {
    ...realm,
    portal: { ...realm.portal, secret: portalSecret },
    service: { ...realm.service, secret: serviceSecret },
    people: { ...realm.people, secret: peopleSecret },
  };
}

/** Names of the fields in which `actual` is not as desired; what is not desired is not looked at. */
export function drift(desired: unknown, actual: unknown, path = ""): string[] {
  if (Array.isArray(desired)) {
    const sorted = (list: unknown[]) => JSON.stringify(list.map((item) => JSON.stringify(item)).sort());
    return Array.isArray(actual) && sorted(desired) === sorted(actual) ? [] : [path];
  }
  if (desired !== null && typeof desired === "object") {
    const other = (actual ?? {}) as Record<string, unknown>;
    return Object.entries(desired).flatMap(([key, value]) => drift(value, other[key], path ? `${path}.${key}` : key));
  }
  // Keycloak leaves empty texts out of its answers.
  return desired === actual || (desired === "" && actual === undefined) ? [] : [path];
}
