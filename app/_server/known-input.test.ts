import { describe, expect, it } from "vitest";
import { checkFields, queryOf, refuseBody } from "./known-input";

const at = (query: string) => `https://localhost/api/v1/logs/download${query}`;

describe("a query", () => {
  it("of known names is read", () => {
    expect(queryOf(at("?services=a,b&q="), ["services", "q"])).toEqual({ services: "a,b", q: "" });
    expect(queryOf(at(""), [])).toEqual({});
  });
  it("with an unknown name is refused, with that name and those known", () => {
    expect(() => queryOf(at("?service=a"), ["services", "q"])).toThrow(
      "Not a known query parameter: “service”. Those known here: “services”, “q”.",
    );
    expect(() => queryOf(at("?nonsense=1"), [])).toThrow(
      "Not a known query parameter: “nonsense”. There is none here.",
    );
  });
  it("with the same name twice is refused", () => {
    expect(() => queryOf(at("?q=a&q=b"), ["q"])).toThrow("“q” is there more than once");
  });
});

describe("a body", () => {
  it("with an unknown field is refused, with that field and those known", () => {
    expect(() => checkFields({ name: "ci", mayDestroy: true }, ["name", "destructive"])).toThrow(
      "Not a known field of the body: “mayDestroy”. Those known here: “name”, “destructive”.",
    );
    expect(() => checkFields({ name: "ci" }, ["name", "destructive"])).not.toThrow();
  });
  it("that is no object is left to the schema", () => {
    for (const body of [null, 7, "text", [1]]) expect(() => checkFields(body, [])).not.toThrow();
  });
  it("is refused where none is taken, unless it is empty", () => {
    for (const body of [{ a: 1 }, [], null, "x"]) expect(() => refuseBody(body)).toThrow("This takes no body");
    expect(() => refuseBody({})).not.toThrow();
  });
});
