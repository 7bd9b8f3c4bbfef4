// `npm run bench`: the figures of docs/PERFORMANCE.md, against the running stack. Each prints value, limit and ratio.
// Names on the command line choose some: `npm run bench memory second-up`.
import { idleCpu, idleMemory } from "./cgroups.ts";
import type { Figure } from "./figure.ts";
import { guardLatency } from "./guard.ts";
import { engineRestart, eventToRow, reloads } from "./live.ts";
import { logFlood } from "./logs.ts";
import { overviewPage, servicesPage } from "./pages.ts";
import { doctor, imagesPresent, secondUp } from "./up.ts";
import { watching } from "./watching.ts";

const benches: Record<string, () => Promise<Figure[]>> = {
  "second-up": secondUp,
  doctor,
  memory: idleMemory,
  cpu: idleCpu,
  overview: overviewPage,
  "services-page": servicesPage,
  "event-to-row": eventToRow,
  reloads,
  guard: () => guardLatency(),
  watching,
  logs: logFlood,
};

/** What disturbs more than this stack is done by name only. */
const byName: Record<string, () => Promise<Figure[]>> = {
  "engine-restart": engineRestart,
  "images-present": imagesPresent,
};

const chosen = process.argv.slice(2);
const all = { ...benches, ...byName };
const unknown = chosen.filter((name) => !(name in all));
if (unknown.length > 0) {
  console.error(`No bench named ${unknown.join(", ")}. There are: ${Object.keys(all).join(", ")}.`);
  process.exit(2);
}

for (const [name, bench] of Object.entries(chosen.length > 0 ? all : benches)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  for (const figure of await bench()) {
    const { name: what, value, limit, unit } = figure;
    const note = figure.note ? `  (${figure.note})` : "";
    const ratio = limit === undefined ? "" : `, limit ${limit}, ratio ${(value / limit).toFixed(2)}`;
    console.log(`${what}: ${value.toFixed(1)} ${unit}${ratio}${note}`);
  }
}
