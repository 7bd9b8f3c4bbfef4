// Where the kept sign-ins of the roles lie; written by global-setup.ts.
import { join } from "node:path";
import { root } from "./stack.ts";

export const storageDir = join(root, "test-results-state");
export const storageOf = (role: "viewer" | "operator" | "admin") => join(storageDir, `${role}.json`);
