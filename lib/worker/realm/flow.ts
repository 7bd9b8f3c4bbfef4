// The browser flow with two levels: password, then one-time code.
//   matching flow bound -> nothing to do      otherwise: build a new one aside -> bind it -> remove the old ones
// A flow in use is never edited, so a crash in between leaves the old one in force.
import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { KeycloakAdmin } from "../../platform/keycloak.ts";
import { drift, type Step } from "./desired.ts";

const prefix = "taylordash browser";
const Executions = z.array(
  z.looseObject({
    id: z.string(),
    requirement: z.string(),
    level: z.number(),
    providerId: z.string().optional(),
    authenticationFlow: z.boolean().optional(),
    authenticationConfig: z.string().optional(),
  }),
);
const Config = z.looseObject({ config: z.record(z.string(), z.string()) });
const Flows = z.array(z.looseObject({ id: z.string(), alias: z.string() }));

const flowPath = (realm: string, alias: string, rest: string) =>
  `${realm}/authentication/flows/${encodeURIComponent(alias)}/executions${rest}`;

async function matches(admin: KeycloakAdmin, realm: string, alias: string, steps: Step[]): Promise<boolean> {
  const executions = Executions.parse(await admin.call("GET", flowPath(realm, alias, "")));
  if (executions.length !== steps.length) return false;
  for (const [index, step] of steps.entries()) {
    const found = executions[index];
    if (!found || found.level !== step.level || found.requirement !== step.requirement) return false;
    if (step.provider ? found.providerId !== step.provider : !found.authenticationFlow) return false;
    if (!step.config) continue;
    if (!found.authenticationConfig) return false;
    const path = `${realm}/authentication/config/${found.authenticationConfig}`;
    if (drift(step.config, Config.parse(await admin.call("GET", path)).config).length > 0) return false;
  }
  return true;
}

async function build(admin: KeycloakAdmin, realm: string, steps: Step[]): Promise<string> {
  const alias = `${prefix} ${randomBytes(4).toString("hex")}`;
  await admin.call("POST", `${realm}/authentication/flows`, {
    alias,
    description: "Password, then one-time code; managed by TaylorDash",
    providerId: "basic-flow",
    topLevel: true,
    builtIn: false,
  });
  const parents = [alias];
  for (const step of steps) {
    const parent = parents[step.level] ?? alias;
    if (step.flow) {
      const child = `${alias} ${step.flow}`;
      await admin.call("POST", flowPath(realm, parent, "/flow"), {
        alias: child,
        type: "basic-flow",
        provider: "",
        description: "",
      });
      parents[step.level + 1] = child;
    } else {
      await admin.call("POST", flowPath(realm, parent, "/execution"), { provider: step.provider });
    }
  }
  const executions = Executions.parse(await admin.call("GET", flowPath(realm, alias, "")));
  for (const [index, step] of steps.entries()) {
    const execution = executions[index];
    if (!execution) throw new Error(`the flow ${alias} lost its step ${index}`);
    await admin.call("PUT", flowPath(realm, alias, ""), { ...execution, requirement: step.requirement });
    if (!step.config) continue;
    const config = { alias: `${alias} ${index}`, config: step.config };
    await admin.call("POST", `${realm}/authentication/executions/${execution.id}/config`, config);
  }
  if (!(await matches(admin, realm, alias, steps))) throw new Error(`the flow ${alias} is not as it was built`);
  return alias;
}

/** Answers whether anything had to change. */
export async function reconcileFlow(
  admin: KeycloakAdmin,
  realm: string,
  bound: string,
  steps: Step[],
): Promise<boolean> {
  if (bound.startsWith(prefix) && (await matches(admin, realm, bound, steps))) return false;
  const alias = await build(admin, realm, steps);
  await admin.call("PUT", realm, { browserFlow: alias });
  for (const flow of Flows.parse(await admin.call("GET", `${realm}/authentication/flows`))) {
    if (flow.alias.startsWith(prefix) && flow.alias !== alias) {
      await admin.call("DELETE", `${realm}/authentication/flows/${flow.id}`);
    }
  }
  return true;
}
