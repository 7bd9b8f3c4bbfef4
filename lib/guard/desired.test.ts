import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { choose, desiredFile, formatDesired, parseDesired, readDesired } from "./desired.ts";

const image = `sha256:${"a".repeat(64)}`;

describe("the file of choices", () => {
  it("is one line a choice, which shell reads with sed", () => {
    const text = formatDesired({ web: { replicas: 3, image }, "a-b": { replicas: 1 } });
    expect(text.split("\n").slice(1)).toEqual(["a-b.replicas=1", "web.replicas=3", `web.image=${image}`, ""]);
    expect(parseDesired(text)).toEqual({ web: { replicas: 3, image }, "a-b": { replicas: 1 } });
  });
  it("keeps to what it understands", () => {
    const text =
      "web.replicas=0\nweb.replicas=11\nweb.image=web:1\n../x.replicas=2\n$(id).replicas=2\nweb.replicas=2 \n";
    expect(parseDesired(`${text}ok.replicas=10\n`)).toEqual({ ok: { replicas: 10 } });
  });
});

describe("a choice", () => {
  let directory = "";
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "desired-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("is none before the first", async () => {
    expect(await readDesired(directory)).toEqual({});
  });
  it("changes nothing else, also when several are made at once", async () => {
    await Promise.all([
      choose(directory, "web", { replicas: 2 }),
      choose(directory, "web", { image }),
      choose(directory, "api", { replicas: 4 }),
    ]);
    expect(await readDesired(directory)).toEqual({ web: { replicas: 2, image }, api: { replicas: 4 } });
    expect(await readdir(directory)).toEqual([desiredFile]);
  });
  it("that cannot be written leaves the file as it was, and the next one can be made", async () => {
    await choose(directory, "web", { replicas: 2 });
    const before = await readFile(join(directory, desiredFile), "utf8");
    await expect(choose(join(directory, "missing"), "web", { replicas: 3 })).rejects.toThrow("ENOENT");
    expect(await readFile(join(directory, desiredFile), "utf8")).toBe(before);
    await choose(directory, "web", { replicas: 3 });
    expect(await readDesired(directory)).toEqual({ web: { replicas: 3 } });
  });
  it("survives a half-written file of a killed guard", async () => {
    await choose(directory, "web", { replicas: 2 });
    await writeFile(join(directory, `${desiredFile}.new`), "web.repl");
    expect(await readDesired(directory)).toEqual({ web: { replicas: 2 } });
  });
});
