// docker-guard killed at every write it makes to the engine, before the engine hears of it and after it has answered.
// The next guard finds what was left and finishes or undoes it: the service runs, with its data, under its own names.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { docker } from "../stack.ts";
import {
  ask,
  closeGuards,
  compose,
  directory,
  inspectService,
  type Kill,
  lines,
  openGuard,
  openProject,
  type Project,
  project,
  tag,
} from "./guard-compose.ts";

let own: Project;
beforeAll(async () => {
  own = await openProject();
});
afterEach(closeGuards);
afterAll(() => own.close());

const names = (count: number) => Array.from({ length: count }, (_, at) => `/${project}-web-${at + 1}`);
const shape = async () =>
  (await inspectService("web")).map(({ Name, State }) => `${Name} ${State.Status} ${State.Health?.Status}`).sort();
const running = (count: number) => names(count).map((name) => `${name} running healthy`);
const choices = () => readFile(join(directory, "desired/desired.env"), "utf8").catch(() => "");

/** Answers whether the operation ended before the guard was killed. */
async function interrupted(path: string, kill: Kill): Promise<boolean> {
  const guard = await openGuard(kill);
  const answer = await ask("POST", path);
  await guard.close();
  expect([0, 200]).toContain(answer.status);
  if (!guard.killed()) expect(lines(answer).at(-1)).toMatchObject({ result: "done" });
  return guard.killed();
}

const moments = (writes: number) =>
  Array.from({ length: writes }, (_, at) =>
    (["before", "after"] as const).map((when) => ({ at: at + 1, when })),
  ).flat();

it.each(moments(5))("recreate, killed $when its write $at to the engine", async (kill) => {
  const [first, second] = own.images;
  await expect.poll(shape, { timeout: 30_000 }).toEqual(running(1));
  const [before] = await inspectService("web");
  if (!before) throw new Error("no container");
  const other = before.Image === first ? second : first;
  await docker("tag", other, tag);
  await docker("exec", before.Id, "sh", "-c", `echo ${kill.at}${kill.when} | tee /data/word /scratch/word`);
  expect(await interrupted(`/taylordash/services/web/recreate?image=${other}`, kill)).toBe(true);

  const next = await openGuard();
  await expect.poll(shape, { timeout: 60_000 }).toEqual(running(1));
  const [after] = await inspectService("web");
  expect([before.Image, other]).toContain(after?.Image);
  if (after?.Image === before.Image) expect(after.Id).toBe(before.Id);
  expect(await docker("exec", after?.Id ?? "", "cat", "/data/word", "/scratch/word")).toBe(
    `${kill.at}${kill.when}\n`.repeat(2),
  );
  await next.close();
});

it("recreate makes no more writes than those it was killed at", async () => {
  const [web] = await inspectService("web");
  expect(await interrupted(`/taylordash/services/web/recreate?image=${web?.Image}`, { at: 6, when: "before" })).toBe(
    false,
  );
});

const scaling = [
  ["up", 1, 2, 3],
  ["down", 2, 1, 3],
] as const;
for (const [way, from, to, writes] of scaling) {
  it.each(moments(writes))(`scale ${way}, killed $when its write $at to the engine`, async (kill) => {
    const first = await openGuard();
    expect(lines(await ask("POST", `/taylordash/services/web/scale?replicas=${from}`)).at(-1)).toMatchObject({
      result: "done",
    });
    await first.close();
    expect(await interrupted(`/taylordash/services/web/scale?replicas=${to}`, kill)).toBe(true);

    const next = await openGuard();
    await expect
      .poll(async () => (await shape()).join(), { timeout: 60_000 })
      .toMatch(/^(\/[\w-]+-web-[12] running healthy,?)+$/);
    // The choice on the disk and what runs are one.
    const count = (await shape()).length;
    expect(await shape()).toEqual(running(count));
    expect(await choices()).toContain(`web.replicas=${count}\n`);
    await next.close();
  });
}

const helpers = async () =>
  (await docker("ps", "-aq", "--filter", "label=taylordash.helper", "--filter", `name=${project}-`)).trim();

it.each(moments(4))("a helper, killed $when its write $at to the engine", async (kill) => {
  const guard = await openGuard(kill);
  const answer = await ask("POST", `/taylordash/helpers/volume-usage?volume=${project}_data`, "worker");
  await guard.close();
  // Its last write is the removal, after which the guard answers at once.
  expect([guard.killed(), answer.status === 0 || kill.at === 4]).toEqual([true, true]);
  const next = await openGuard();
  await expect.poll(helpers, { timeout: 30_000 }).toBe("");
  expect((await ask("POST", `/taylordash/helpers/volume-usage?volume=${project}_data`, "worker")).status).toBe(200);
  expect(await helpers()).toBe("");
  await next.close();
});

it("leaves compose nothing to do in the end", async () => {
  const guard = await openGuard();
  expect(lines(await ask("POST", "/taylordash/services/web/scale?replicas=2")).at(-1)).toMatchObject({
    result: "done",
  });
  await guard.close();
  const before = await shape();
  const ids = (await inspectService("web")).map(({ Id }) => Id);
  await compose("up", "-d", "--pull", "never", "--scale", "web=2", "web");
  expect((await inspectService("web")).map(({ Id }) => Id)).toEqual(ids);
  expect(await shape()).toEqual(before);
});
