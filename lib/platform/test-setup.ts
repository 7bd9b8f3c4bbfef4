// The host command's own settings may be about when the tests run; they are no settings of a process, which would
// refuse to start with them. Tests beside the code name all they need themselves; those in e2e read where the stack is.
import { expect } from "vitest";

if (/\/lib\//.test(expect.getState().testPath ?? "")) {
  for (const name of Object.keys(process.env)) if (name.startsWith("TAYLORDASH_")) delete process.env[name];
}
