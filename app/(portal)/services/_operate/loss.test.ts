import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { awayWords, dataWords } from "./loss";

const volume = (name: string, target = "/data", writable = true) => ({
  ...{ kind: "volume" as const, name, target, writable, measurable: true, usage: null },
});
const facts = (mounts: ReturnType<typeof volume>[], root: string, labels: Record<string, string> = {}) => ({
  labels: Object.entries(labels).map(([name, value]) => ({ name: `taylordash.${name}`, value })),
  containers: [{ mounts, confinement: [root] }],
});

describe("what people lose while a service is away", () => {
  it("is what its label says", () => {
    const labels = { description: "Sign-in", loss: "nobody can sign in" };
    expect(awayWords(facts([], "writable root", labels))).toBe("While it is away, nobody can sign in.");
  });
  it("is what it is there for where no label says it, and nothing is made up where neither is known", () => {
    const described = facts([], "writable root", { description: "Dashboards" });
    expect(awayWords(described)).toBe("Missing while it is away: Dashboards.");
    expect(awayWords(facts([], "writable root"))).toBeNull();
  });
});

it("is written down for every service of the stack", () => {
  const compose = readFileSync("docker-compose.yml", "utf8");
  const services = compose.split(/^ {2}(?=[a-z-]+:$)/m).filter((part) => part.includes("taylordash.title:"));
  expect(services.length).toBeGreaterThan(10);
  for (const part of services) expect(part, part.slice(0, 40)).toMatch(/^ {6}taylordash\.loss: "[A-Za-z].{9,150}"$/m);
});

describe("what becomes of its data", () => {
  const unnamed = volume("a".repeat(64), "/cache");
  it.each([
    ["stop", [volume("db")], "writable root", "Data on db stays; only what it holds in memory is lost."],
    ["restart", [], "writable root", "It has no volume of its own; only what it holds in memory is lost."],
    ["recreate", [volume("db")], "writable root", "Data on db stays; what it wrote outside its volumes is lost."],
    ["recreate", [volume("db")], "read-only root", "Data on db stays; it can write nowhere else but to memory."],
    [
      "recreate",
      [volume("db"), unnamed],
      "writable root",
      "Data on db and the unnamed volume at /cache stays; what it wrote outside its volumes is lost.",
    ],
  ] as const)("at a %s with %j and a %s", (ending, mounts, root, words) => {
    expect(dataWords(ending, facts([...mounts], root))).toBe(words);
  });
  it("does not count what it can only read", () => {
    expect(dataWords("stop", facts([volume("tls", "/run/tls", false)], "writable root"))).toMatch(/^It has no volume/);
  });
  it("is not known without a container that could be looked at", () => {
    expect(dataWords("stop", { labels: [], containers: [] })).toBe("What it holds could not be looked at.");
  });
});
