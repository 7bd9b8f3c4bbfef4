// Where the kept sign-ins of the roles lie; written by global-setup.ts.
import { join } from "node:path";
import { root } from "./stack.ts";

type Role = "viewer" | "operator" | "admin";

/**
 * The half of the specs that runs, or all of them. The halves touch nothing that the other looks at, so that
 * `./taylordash test` runs them beside each other, each with people of its own.
 */
export const half = process.env.E2E_HALF as "people" | "services" | undefined;
export const storageDir = join(root, "test-results-state", half ?? "all");
export const storageOf = (role: Role) => join(storageDir, `${role}.json`);
export const nameOf = (role: Role) => (half === "people" ? `e2e-people-${role}` : `e2e-${role}`);
