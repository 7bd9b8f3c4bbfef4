// From the engine to the eye: how old news is when it is on the page, and what a page leaves behind.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { BrowserContext, Page } from "@playwright/test";
import { openStreams } from "../open-streams.ts";
import { container, docker, project } from "../stack.ts";
import { percentile, withBrowser } from "./browser.ts";
import { makeContainers, removeContainers } from "./engine.ts";
import type { Figure } from "./figure.ts";

const rounds = 100;
const service = "bench-live-0";
const name = `${project}-${service}`;

type Change = { at: number; state: string | null };
type Watched = { rowChanges: Change[] };

/** From here on the page notes the wall clock whenever the row's state changes. */
const watchRow = (page: Page) =>
  page.evaluate((wanted) => {
    const read = () => document.querySelector(`[data-service="${wanted}"]`)?.getAttribute("data-state") ?? null;
    const changes: Change[] = [];
    Object.assign(window, { rowChanges: changes });
    let before = read();
    new MutationObserver(() => {
      const now = read();
      if (now !== before) changes.push({ at: Date.now(), state: now });
      before = now;
    }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  }, service);

/** When the row took a state for the nth time, in ms. */
async function changed(page: Page, state: string, nth: number): Promise<number> {
  const handle = await page.waitForFunction(
    ([wanted, number]) =>
      (window as unknown as Watched).rowChanges.filter((change) => change.state === wanted)[Number(number) - 1]?.at,
    [state, nth] as const,
  );
  return Number(await handle.jsonValue());
}

/** Moments of the engine's own events of the container, in ms, as they come: the engine itself remembers but a few. */
function listen(action: string) {
  const filters = ["--filter", `container=${name}`, "--filter", `event=${action}`];
  const child = spawn("docker", ["events", ...filters, "--format", "{{.TimeNano}}"]);
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += String(chunk);
  });
  return {
    times: () =>
      text
        .split("\n")
        .slice(0, -1)
        .map((nano) => Number(nano) / 1e6),
    stop: () => child.kill(),
  };
}

/** The list with one container of the bench in it, whose row is watched. */
async function openWatched(context: BrowserContext): Promise<Page> {
  await removeContainers();
  await makeContainers("bench-live", 1, true);
  const page = await context.newPage();
  await page.goto("/services");
  await page.locator(`[data-service="${service}"][data-state="running"]`).waitFor();
  await watchRow(page);
  return page;
}

export async function eventToRow(): Promise<Figure[]> {
  return withBrowser(async (context) => {
    try {
      const page = await openWatched(context);
      const deaths = listen("die");
      const seen: number[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        await docker("stop", "-t", "1", name);
        seen.push(await changed(page, "exited", round));
        await docker("start", name);
        await changed(page, "running", round);
      }
      const died = deaths.times();
      deaths.stop();
      const delays = seen.map((at, index) => at - (died[index] ?? Number.NaN));
      const note = `n = ${delays.length}; p50 ${percentile(delays, 0.5).toFixed(0)} ms, most ${Math.max(...delays).toFixed(0)} ms`;
      const figure = { value: percentile(delays, 0.95), limit: 300, unit: "ms", note };
      return [{ name: "docker stop to row p95", ...figure }, await afterRestart(page)];
    } finally {
      await removeContainers();
    }
  });
}

/** The container changes while nobody can tell the portal; how long after the guard's start the page knows it. */
async function afterRestart(page: Page): Promise<Figure> {
  const guard = await container("docker-guard");
  const late: number[] = [];
  const exits = await page.evaluate(
    () => (window as unknown as Watched).rowChanges.filter(({ state }) => state === "exited").length,
  );
  for (let round = 1; round <= 5; round += 1) {
    await docker("stop", guard);
    await docker("stop", "-t", "1", name);
    await docker("start", guard);
    const begin = Date.now();
    const at = await changed(page, "exited", exits + round);
    late.push(Math.max(0, at - begin) / 1000);
    await page.getByText("Live", { exact: true }).filter({ visible: true }).first().waitFor();
    await docker("start", name);
    await page.locator(`[data-service="${service}"][data-state="running"]`).waitFor();
  }
  const value = Math.max(...late);
  return { name: "guard's restart to page equals engine", value, limit: 5, unit: "s", note: "most of 5" };
}

const pidFile = "/var/run/docker.pid";

async function untilEngine(answers: boolean): Promise<void> {
  while (
    (await docker("version").then(
      () => true,
      () => false,
    )) !== answers
  )
    await sleep(50);
}

/** Ends the engine, lets a container die that nobody can tell of, and starts the engine as it was started before. */
async function restartEngine(victim: number): Promise<void> {
  const engine = Number(readFileSync(pidFile, "utf8"));
  const [file = "dockerd", ...args] = readFileSync(`/proc/${engine}/cmdline`, "utf8").split("\0").slice(0, -1);
  process.kill(engine);
  while (existsSync(`/proc/${engine}`)) await sleep(50);
  process.kill(victim, "SIGKILL");
  spawn(file, args, { detached: true, stdio: "ignore" }).unref();
  await untilEngine(true);
}

/**
 * Ends and starts this machine's engine, three times; by name only. Containers must outlive it (`live-restore`), or the
 * figure would be that of starting the whole stack.
 */
export async function engineRestart(): Promise<Figure[]> {
  if ((await docker("info", "--format", "{{.LiveRestoreEnabled}}")).trim() !== "true")
    throw new Error('put {"live-restore": true} into /etc/docker/daemon.json and send dockerd SIGHUP first');
  return withBrowser(async (context) => {
    try {
      const page = await openWatched(context);
      const late: number[] = [];
      for (let round = 1; round <= 3; round += 1) {
        await restartEngine(Number(await docker("inspect", "--format", "{{.State.Pid}}", name)));
        const begin = Date.now();
        late.push(Math.max(0, (await changed(page, "exited", round)) - begin) / 1000);
        await docker("start", name);
        await changed(page, "running", round);
      }
      const figure = { value: Math.max(...late), limit: 5, unit: "s", note: `most of ${late.length}` };
      return [{ name: "engine's restart to page equals engine", ...figure }];
    } finally {
      await untilEngine(true);
      await removeContainers();
    }
  });
}

const reloadTimes = 200;

/** A person who reloads and reloads; the last tab is then closed, and nothing of it may stay open in the portal. */
export async function reloads(): Promise<Figure[]> {
  const before = await openStreams();
  await withBrowser(async (context) => {
    const page = await context.newPage();
    for (let time = 0; time < reloadTimes; time += 1) {
      const stream = page.waitForResponse((answer) => answer.url().endsWith("/api/events"));
      await page.goto(time % 2 === 0 ? "/services" : "/");
      await stream;
    }
    const during = await openStreams();
    if (during <= before) throw new Error("no stream was open while the page was");
    await page.close();
  });
  let left = Number.POSITIVE_INFINITY;
  for (let second = 0; second < 5 && left > 0; second += 1) {
    await sleep(1_000);
    left = (await openStreams()) - before;
  }
  const figure = { value: Math.max(0, left), limit: 1, unit: "", note: "must be 0" };
  return [{ name: `streams left open by ${reloadTimes} reloads`, ...figure }];
}
