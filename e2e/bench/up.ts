// `./taylordash up` when nothing changed: how long, and whether anything was recreated or written.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
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
