import { expect, it, vi } from "vitest";
import { Conflict, Unavailable } from "./errors.ts";
import { whileUnavailable } from "./retry.ts";

const away = new Unavailable("keycloak-unreachable", "Keycloak does not answer.");

it("waits for what does not answer yet", async () => {
  const work = vi.fn().mockRejectedValueOnce(away).mockResolvedValue("done");
  expect(await whileUnavailable(work, 5_000)).toBe("done");
  expect(work).toHaveBeenCalledTimes(2);
});

it("gives up with its last word", async () => {
  const work = vi.fn().mockRejectedValue(away);
  await expect(whileUnavailable(work, 0)).rejects.toBe(away);
  expect(work).toHaveBeenCalledOnce();
});

it("does not ask again what was answered with a refusal", async () => {
  const refusal = new Conflict("taken", "There is one.");
  const work = vi.fn().mockRejectedValue(refusal);
  await expect(whileUnavailable(work, 5_000)).rejects.toBe(refusal);
  expect(work).toHaveBeenCalledOnce();
});
