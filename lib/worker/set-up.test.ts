import { expect, it } from "vitest";
import { registry } from "../platform/metrics.ts";
import { startSetUp } from "./set-up.ts";

it("tries a failing task again, holds back what waits for it, and names cause and fix meanwhile", async () => {
  registry.clear();
  const stop = new AbortController();
  const order: string[] = [];
  let broken = true;
  const first = async () => {
    if (broken) throw new Error("the door is locked");
    order.push("first");
    return [];
  };
  const second = async () => {
    order.push("second");
    return [];
  };
  const tasks = [
    { name: "first", fix: "Unlock it.", run: first },
    { name: "second", fix: "None.", after: ["first"], run: second },
  ];
  const setUp = startSetUp(tasks, stop.signal);
  await expect.poll(() => setUp.checks()[0]?.cause).toBe("the door is locked");
  expect(setUp.ready()).toBe(false);
  expect(setUp.checks()).toEqual([
    { name: "first", ok: false, cause: "the door is locked", fix: "Unlock it." },
    { name: "second", ok: false, cause: "waits for first", fix: "None." },
  ]);
  broken = false;
  await expect.poll(() => setUp.ready(), { timeout: 5_000 }).toBe(true);
  expect(order).toEqual(["first", "second"]);
  expect(await registry.metrics()).toContain('taylordash_setup_done{task="second"} 1');
  stop.abort();
  await setUp.finished;
});
