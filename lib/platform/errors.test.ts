import { expect, it, vi } from "vitest";
import { AppError, Conflict, NotFound } from "./errors.ts";
import { WrongCredentials } from "./keycloak.ts";

it("knows an error of another copy of this file by its kind", async () => {
  vi.resetModules();
  const copy = await import("./errors.ts");
  const error = new copy.Conflict("taken", "There is one already.");
  expect(Object.getPrototypeOf(error)).not.toBe(Conflict.prototype);
  expect(error).toBeInstanceOf(Conflict);
  expect(error).toBeInstanceOf(AppError);
  expect(error).not.toBeInstanceOf(NotFound);
});

it("takes nothing else for one of them", () => {
  for (const other of [null, "conflict", {}, new Error("x"), Object.create(null)]) {
    expect(other).not.toBeInstanceOf(AppError);
  }
  expect(new AppError("odd", 405, "x")).not.toBeInstanceOf(Conflict);
  const wrong = new WrongCredentials("x");
  expect([wrong instanceof WrongCredentials, wrong instanceof AppError, wrong.name]).toEqual([
    ...[true, true, "WrongCredentials"],
  ]);
});
