import { expect, it } from "vitest";
import { z } from "zod";
import { inputWords } from "./input-words.ts";

function words(schema: z.ZodType, input: unknown) {
  const { error } = schema.safeParse(input);
  if (!error) throw new Error("it was understood");
  return inputWords(error);
}

const Input = z.object({ name: z.string().min(1).max(3), role: z.enum(["viewer", "admin"]).default("viewer") });

it.each<[z.ZodType, unknown, Record<string, string>]>([
  [Input, {}, { name: "“name” is missing: give text." }],
  [Input, { name: 7 }, { name: "“name” must be text." }],
  [Input, { name: "" }, { name: "“name” must have at least 1 character." }],
  [Input, { name: "abcd" }, { name: "“name” must have at most 3 characters." }],
  [Input, { name: "a", role: "root" }, { role: "“role” must be one of viewer, admin." }],
  [Input, null, { input: "The input must be a JSON object." }],
  [Input, [], { input: "The input must be a JSON object." }],
  [Input.strict(), { name: "a", x: 1, y: 2 }, { input: "The input has what is not known: leave out x, y." }],
  [z.object({ list: z.array(z.int().max(9)).min(1) }), { list: [1, 10] }, { "list.1": "“list.1” must be at most 9." }],
  [z.object({ list: z.array(z.int()).min(1) }), { list: [] }, { list: "“list” must have at least 1 entry." }],
  [z.object({ n: z.int() }), { n: 1.5 }, { n: "“n” must be a whole number." }],
  [z.object({ n: z.coerce.number() }), { n: "many" }, { n: "“n” must be a number." }],
  [z.object({ ok: z.stringbool() }), { ok: "perhaps" }, { ok: expect.stringMatching(/^“ok” must be one of true, 1/) }],
  [
    z.object({ at: z.iso.datetime() }),
    { at: "2026-13-45" },
    { at: "“at” must be a date and time such as 2026-05-04T10:00:00Z." },
  ],
  [z.object({ x: z.union([z.string(), z.number()]) }), { x: true }, { x: "“x” is not understood." }],
  [z.object({ x: z.string().regex(/^a/) }), { x: "b" }, { x: "“x” is not written as it must be." }],
])("says what is wrong and what to give: %#", (schema, input, expected) => {
  expect(words(schema, input)).toEqual(expected);
});

it("keeps what a schema says itself, as a sentence", () => {
  const Named = z.object({ name: z.string("give a name").regex(/^a/, "a name begins with a") });
  expect(words(Named, {})).toEqual({ name: "Give a name." });
  expect(words(Named, { name: "b" })).toEqual({ name: "A name begins with a." });
});

it("lets nothing of zod's own words through, whatever is wrong", () => {
  const Many = z.object({
    ...{ a: z.date(), b: z.bigint(), c: z.null(), d: z.literal(7), e: z.record(z.string(), z.number()) },
    ...{ f: z.tuple([z.string()]), g: z.number().multipleOf(5), h: z.url(), i: z.ipv4(), j: z.map(z.any(), z.any()) },
    ...{ k: z.discriminatedUnion("t", [z.object({ t: z.literal("x") })]), l: z.nan(), m: z.base64(), n: z.symbol() },
  });
  for (const value of [undefined, 3, "x!", {}, [], new Date(Number.NaN)]) {
    const input = Object.fromEntries([..."abcdefghijklmn"].map((name) => [name, value]));
    const said = Object.entries(words(Many, input));
    expect(said.length).toBeGreaterThan(7);
    for (const [field, text] of said) {
      expect(text).toMatch(new RegExp(`^“${field}” .*\\.$`));
      expect(text).not.toMatch(/Invalid|received|expected|Too small|undefined/);
    }
  }
});
