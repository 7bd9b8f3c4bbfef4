import { describe, expect, it } from "vitest";
import { boardOf, scaledOf } from "./board";
import { exampleRow as row } from "./example-row";

describe("the services that are scaled", () => {
  const of = (service: string, number: number | null) => row(`${service} ${number}`, { service, number });
  it("have containers of different numbers, in whatever order they come", () => {
    const rows = [of("web", 2), of("data", 1), of("api", 1), of("web", 1), of("api", 3), of("web", 3)];
    expect(scaledOf(rows)).toEqual(["api", "web"]);
    expect(scaledOf(rows.toReversed())).toEqual(["api", "web"]);
  });
  it("are neither one that is being recreated nor containers without a number", () => {
    expect(scaledOf([of("web", 1), of("web", 1), of("odd", null), of("odd", null), of("odd", 2)])).toEqual([]);
  });
  it("are known in the first answer, also where the other container is not among its rows", () => {
    const services = [of("web", 1), of("web", 2), of("data", 1)];
    expect(boardOf({ services, engine: { connected: true } }, null, 1).scaled).toEqual(["web"]);
  });
});
