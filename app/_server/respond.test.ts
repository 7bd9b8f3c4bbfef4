import { expect, it } from "vitest";
import { z } from "zod";
import { AppError, Conflict, TooMany, Unavailable } from "@/lib/platform/errors";
import { errorResponse } from "./respond";

async function answer(error: unknown) {
  const response = errorResponse(error);
  const { error: body } = (await response.json()) as { error: { code: string; message: string; fields?: object } };
  return { status: response.status, retryAfter: response.headers.get("retry-after"), ...body };
}

it("says of input that is not understood which field, what is wrong and what to give", async () => {
  const Input = z.object({ name: z.string(), replicas: z.int().max(10) });
  const { error } = Input.safeParse({ replicas: 11 });
  expect(await answer(error)).toMatchObject({
    ...{ status: 400, code: "invalid-input" },
    message: "“name” is missing: give text. “replicas” must be at most 10.",
    fields: { name: "“name” is missing: give text.", replicas: "“replicas” must be at most 10." },
  });
});

it("says when to come back, where that is known", async () => {
  expect(await answer(new TooMany("too-many", "Wait.", 42))).toMatchObject({ status: 429, retryAfter: "42" });
  expect(await answer(new Unavailable("away", "Away."))).toMatchObject({ status: 503, retryAfter: "2" });
  expect(await answer(new Conflict("taken", "Taken."))).toMatchObject({ status: 409, retryAfter: null });
  expect(await answer(new AppError("odd", 405, "Odd."))).toMatchObject({ status: 405, code: "odd" });
});
