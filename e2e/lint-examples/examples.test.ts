// Each import rule has a small tree here that breaks that rule and no other; the sound one breaks none.
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const here = import.meta.dirname;
const root = join(here, "../..");

/** Names of the rules a tree breaks. */
const broken = (tree: string) =>
  new Promise<string[]>((resolve, reject) => {
    const args = [join("e2e/lint-examples", tree), "--config", ".dependency-cruiser.cjs", "--output-type", "json"];
    execFile(join(root, "node_modules/.bin/depcruise"), args, { cwd: root }, (error, stdout) => {
      if (!stdout) return reject(error);
      const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
      resolve([...new Set(summary.violations.map((violation) => violation.rule.name))]);
    });
  });

const trees = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

const config = createRequire(import.meta.url)(join(root, ".dependency-cruiser.cjs")) as {
  forbidden: { name: string }[];
};

describe("import rules", () => {
  it("have a tree each", () => {
    expect(trees.filter((tree) => tree !== "sound").sort()).toEqual(config.forbidden.map((rule) => rule.name).sort());
  });

  it.each(trees)(
    "%s",
    async (tree) => {
      expect(await broken(tree)).toEqual(tree === "sound" ? [] : [tree]);
    },
    30_000,
  );
});
