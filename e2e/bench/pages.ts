// What a person waits for: the pages from a cold load, with as many containers as there ever are.
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { TLSSocket } from "node:tls";
import type { BrowserContext } from "@playwright/test";
import { containers, origin } from "../stack.ts";
import { coldLoad, type Load, longestTask, percentile, watchTasks, withBrowser } from "./browser.ts";
import { untilQuiet } from "./cgroups.ts";
import { makeContainers, removeContainers } from "./engine.ts";
import type { Figure } from "./figure.ts";

// Enough that two odd ones, a health check beside a load, do not decide a p95.
const runs = 40;
// Fewer for a try on a machine that others use.
const running = Number(process.env.BENCH_RUNNING ?? 200);
const stopped = Number(process.env.BENCH_STOPPED ?? 5_000);

async function loads(context: BrowserContext, path: string): Promise<Load[]> {
  const all: Load[] = [];
  for (let run = 0; run < runs; run += 1) all.push(await coldLoad(context, path));
  return all;
}

const ofAll = (all: readonly Load[], read: (load: Load) => number) => percentile(all.map(read), 0.95);

/** What the API's answer takes to its last byte, asked by the signed-in page itself. */
async function answers(context: BrowserContext): Promise<number[]> {
  const page = await context.newPage();
  await page.goto("/services");
  const times = await page.evaluate(async (times) => {
    const took: number[] = [];
    for (let run = 0; run < times; run += 1) {
      const begin = performance.now();
      const answer = await fetch("/api/v1/services", { cache: "no-store" });
      if (!answer.ok) throw new Error(`the API answers ${answer.status}`);
      await answer.text();
      took.push(performance.now() - begin);
    }
    return took;
  }, runs);
  await page.close();
  return times;
}

export async function overviewPage(): Promise<Figure[]> {
  return withBrowser(async (context) => {
    const all = await loads(context, "/");
    const note = `n = ${runs}, cold cache, ${(await containers()).size} containers`;
    return [
      {
        ...{ name: "overview, first answer", value: Math.max(...all.map(({ documentBytes }) => documentBytes)) / 1000 },
        ...{ limit: 60, unit: "kB", note: "compressed, over the wire" },
      },
      {
        ...{ name: "overview, server's first byte p95", value: percentile(await firstBytes(context, "/"), 0.95) },
        ...{ limit: 100, unit: "ms", note },
      },
      {
        name: "overview, first byte p95 in a browser on the same cores",
        ...{ value: ofAll(all, ({ serverMs }) => serverMs), unit: "ms", note },
      },
      {
        name: "overview, largest paint p95",
        ...{ value: ofAll(all, ({ paintMs }) => paintMs), limit: 1000, unit: "ms", note },
      },
    ];
  });
}

/** The server's own part in ms: from the request on an open connection to the first byte, without a browser's work beside it. */
async function firstBytes(context: BrowserContext, path: string): Promise<number[]> {
  const cookie = (await context.cookies(origin)).map(({ name, value }) => `${name}=${value}`).join("; ");
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const request = https.get(`${origin}${path}`, { agent: false, rejectUnauthorized: false, headers: { cookie } });
    const [socket] = (await once(request, "socket")) as [TLSSocket];
    await once(socket, "secureConnect");
    const begin = performance.now();
    const [response] = (await once(request, "response")) as [IncomingMessage];
    times.push(performance.now() - begin);
    if (response.statusCode !== 200) throw new Error(`${path} answers ${response.statusCode}`);
    response.resume();
    await once(response, "end");
    await sleep(200);
  }
  return times;
}

async function pageFigures(context: BrowserContext, what: string, serverLimitMs: number): Promise<Figure[]> {
  const all = await loads(context, "/services");
  const note = `n = ${runs}, cold cache`;
  const figure = (name: string, value: number, limit?: number, unit = "ms"): Figure => ({
    ...{ name: `services page, ${what}, ${name}`, value, limit, unit, note },
  });
  return [
    figure("first byte p95", percentile(await firstBytes(context, "/services"), 0.95), serverLimitMs),
    figure(
      "first byte p95 in a browser on the same cores",
      ofAll(all, ({ serverMs }) => serverMs),
    ),
    figure(
      "largest paint p95",
      ofAll(all, ({ paintMs }) => paintMs),
      1000,
    ),
    figure("scripts, compressed", Math.max(...all.map(({ scriptBytes }) => scriptBytes)) / 1000, 200, "kB"),
    figure("answer of the API p95", percentile(await answers(context), 0.95), 1000),
  ];
}

/** What a hand does to a long list, each with the longest task it made. */
async function stutter(context: BrowserContext): Promise<Figure[]> {
  const page = await context.newPage();
  await page.goto("/services");
  await page.getByText("Live", { exact: true }).filter({ visible: true }).first().waitFor();
  await page
    .getByRole("button", { name: /^All/ })
    .filter({ hasText: /\d{3,}/ })
    .waitFor();
  await sleep(2_000);
  await watchTasks(page);
  const found: [string, number][] = [];
  const measure = async (name: string, work: () => Promise<unknown>) => {
    await longestTask(page);
    await work();
    // Deferred work follows the hand.
    await sleep(500);
    found.push([name, await longestTask(page)]);
  };
  await measure("scrolling", async () => {
    await page.mouse.move(700, 500);
    for (let turn = 0; turn < 60; turn += 1) await page.mouse.wheel(0, 3_000);
    for (let turn = 0; turn < 60; turn += 1) await page.mouse.wheel(0, -3_000);
  });
  await measure("sorting", async () => {
    for (const column of ["Service", "Image", "Uptime", "Restarts", "Status"])
      for (let turn = 0; turn < 2; turn += 1)
        await page.getByRole("columnheader", { name: column }).getByRole("button").click();
  });
  await measure("filtering", async () => {
    const field = page.getByRole("searchbox", { name: /filter/i });
    await field.pressSequentially("bench-1", { delay: 60 });
    await field.press("Escape");
    for (const show of [/^Stopped \d/, /^Up \d/, /^Trouble \d/, /^All \d/])
      await page.getByRole("button", { name: show }).click();
  });
  await page.close();
  return found.map(([name, value]) => ({
    name: `services page, longest task, ${name}`,
    value,
    limit: 200,
    unit: "ms",
  }));
}

export async function servicesPage(): Promise<Figure[]> {
  return withBrowser(async (context) => {
    try {
      await removeContainers();
      await makeContainers("bench-up", running - (await containers()).size, true);
      // Two hundred starts keep the engine and the edge busy for a while: that is not what a visitor meets.
      await untilQuiet();
      const some = await pageFigures(context, `${running} running`, 100);
      await makeContainers("bench-old", stopped, false);
      await untilQuiet();
      const what = `${running} running + ${stopped.toLocaleString("en")} stopped`;
      return [...some, ...(await pageFigures(context, what, 1000)), ...(await stutter(context))];
    } finally {
      await removeContainers();
    }
  });
}
