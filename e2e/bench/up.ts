// `./taylordash up` when nothing changed: how long, and whether anything was recreated or written.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ask } from "../http.ts";
import { containers, stateDir, taylordash } from "../stack.ts";
import type { Figure } from "./figure.ts";

const changes = (dir: string) =>
  new Map(
    readdirSync(dir, { recursive: true, encoding: "utf8" }).map((file) => {
      const { mtimeMs, ctimeMs, size } = statSync(join(dir, file));
      return [file, `${mtimeMs} ${ctimeMs} ${size}`] as const;
    }),
  );

export async function secondUp(): Promise<Figure[]> {
  const files = changes(stateDir);
  const ids = new Set((await containers()).values());
  const begin = performance.now();
  await taylordash("up", "--yes");
  const seconds = (performance.now() - begin) / 1000;
  const after = changes(stateDir);
  const changed = [...after].filter(([file, stamp]) => files.get(file) !== stamp).map(([file]) => file);
  const recreated = [...(await containers()).values()].filter((id) => !ids.has(id)).length;
  return [
    { name: "second up", value: seconds, limit: 10, unit: "s" },
    { name: "second up, containers recreated", value: recreated, limit: 1, unit: "", note: "must be 0" },
    {
      name: "second up, files changed",
      value: changed.length,
      limit: 1,
      unit: "",
      note: changed.join(" ") || "must be 0",
    },
  ];
}

/** The stack from nothing running to healthy, its images and its data here; and to the sign-in page meanwhile. */
export async function imagesPresent(): Promise<Figure[]> {
  await taylordash("down");
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  let isUp = false;
  const page = (async () => {
    while (!isUp && (await ask("/login").catch(() => null))?.status !== 200) await sleep(200);
    return seconds();
  })();
  await taylordash("up", "--yes").finally(() => {
    isUp = true;
  });
  return [
    { name: "images present to all healthy", value: seconds(), limit: 120, unit: "s" },
    { name: "images present to the sign-in page", value: await page, limit: 90, unit: "s" },
  ];
}

export async function doctor(): Promise<Figure[]> {
  const begin = performance.now();
  await taylordash("doctor");
  return [{ name: "doctor", value: (performance.now() - begin) / 1000, limit: 10, unit: "s" }];
}
