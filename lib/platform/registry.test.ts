import { expect, it } from "vitest";
import { RegistryProblem, readTag } from "./registry.ts";

it("says of a registry without an address that none is known, not an error code", async () => {
  const reference = { registry: "registry.invalid", repository: "web", tag: "1" };
  const failing = readTag(reference);
  await expect(failing).rejects.toBeInstanceOf(RegistryProblem);
  await expect(failing).rejects.toThrow("registry.invalid does not answer: no address is known for it here");
});
