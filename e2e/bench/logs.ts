// A page of logs in a real browser while a container writes as fast as it is told to.
import { setTimeout as sleep } from "node:timers/promises";
import { chromium as browserType, type Page } from "@playwright/test";
import { makePerson, signIn } from "../people.ts";
import { chromium, docker, origin, project } from "../stack.ts";
import type { Figure } from "./figure.ts";

const service = "logflood";
const megabyte = 1024 * 1024;

/** Writes lines of some 120 bytes, each with its number and the time of writing, for a while; then stays quiet. */
const flood = (linesPerSecond: number, seconds: number) => `
  let n = 0; const begin = Date.now(); const filler = "x".repeat(80);
  const timer = setInterval(() => {
    const due = Math.min(${linesPerSecond * seconds}, ((Date.now() - begin) / 1000) * ${linesPerSecond});
    let text = ""; for (; n < due; n += 1) text += "line " + n + " at " + Date.now() + " " + filler + "\\n";
    if (text) process.stdout.write(text);
    if (n >= ${linesPerSecond * seconds}) { clearInterval(timer); setInterval(() => {}, 1e6); }
  }, 10);`;

const burst = (lines: number) => `
  const filler = "x".repeat(80);
  setTimeout(() => { let text = ""; for (let n = 0; n < ${lines}; n += 1) text += "line " + n + " at " + Date.now() + " " + filler + "\\n";
  process.stdout.write(text); }, 3000); setInterval(() => {}, 1e6);`;

async function withFlood<T>(program: string, work: () => Promise<T>): Promise<T> {
  const labels = [`com.docker.compose.project=${project}`, `com.docker.compose.service=${service}`];
  const options = labels.flatMap((label) => ["--label", label]);
  // As the stack's own services are, so that the engine's rotation is part of what is measured.
  const logging = ["--log-driver", "json-file", "--log-opt", "max-size=10m", "--log-opt", "max-file=3"];
  const image = "node:26.10.0-trixie-slim";
  const id = await docker("run", "-d", "--network", "none", ...options, ...logging, image, "node", "-e", program);
  try {
    return await work();
  } finally {
    await docker("rm", "-f", id.trim());
  }
}

type Seen = { delays: number[]; longest: number; rows: number };

/** From here on the page notes how old each line is when it is in the document, and the longest task. */
const observe = (page: Page) =>
  page.evaluate(() => {
    const seen = { delays: [] as number[], longest: 0, rows: 0 };
    const known = new Set<string>();
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
    }).observe({ type: "longtask" });
    new MutationObserver(() => {
      // After the frame that paints it.
      requestAnimationFrame(() => {
        const now = Date.now();
        for (const row of document.querySelectorAll(".log-row")) {
          const [, number, written] = /line (\d+) at (\d+)/.exec(row.textContent ?? "") ?? [];
          if (!number || known.has(number)) continue;
          known.add(number);
          seen.delays.push(now - Number(written));
        }
        seen.rows = known.size;
      });
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  });

const read = (page: Page) => page.evaluate(() => (window as unknown as { seen: Seen }).seen);

async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

const percentile = (values: number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;

export async function logFlood(): Promise<Figure[]> {
  const person = await makePerson("bench", "admin");
  const args = ["--no-sandbox", "--disable-gpu", "--enable-precise-memory-info"];
  const browser = await browserType.launch({ executablePath: chromium, args });
  try {
    const context = await browser.newContext({ baseURL: origin, ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await signIn(page, person, "/services");
    const open = async () => {
      await page.goto(`/logs?services=${service}`);
      await page.locator(".log-row").first().waitFor();
    };

    const steady = await withFlood(flood(1_000, 40), async () => {
      await open();
      await observe(page);
      await sleep(25_000);
      return read(page);
    });

    const heavy = await withFlood(flood(5_000, 75), async () => {
      await open();
      const before = await heapBytes(page);
      // After the collection of garbage, which is a long task itself.
      await observe(page);
      let peak = 0;
      for (let second = 0; second < 60; second += 1) {
        await sleep(1_000);
        const used = await page.evaluate(
          () => (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
        );
        peak = Math.max(peak, used - before);
      }
      const seen = await read(page);
      return { seen, peak, grown: (await heapBytes(page)) - before };
    });

    const sudden = await withFlood(`console.log("ready"); ${burst(10_000)}`, async () => {
      await open();
      await observe(page);
      await page.getByText("line 9999 ").first().waitFor({ timeout: 30_000 });
      return read(page);
    });

    return [
      {
        ...{ name: "logs, 1,000 lines/s, screen p95", value: percentile(steady.delays, 0.95), limit: 500, unit: "ms" },
        note: `n = ${steady.delays.length}`,
      },
      {
        ...{ name: "logs, 5,000 lines/s for 60 s, heap growth", value: heavy.grown / megabyte, limit: 150, unit: "MB" },
        note: `with garbage at most ${(heavy.peak / megabyte).toFixed(0)} MB`,
      },
      { name: "logs, 5,000 lines/s, longest task", value: heavy.seen.longest, limit: 200, unit: "ms" },
      { name: "logs, burst of 10,000, longest task", value: sudden.longest, limit: 200, unit: "ms" },
    ];
  } finally {
    await browser.close();
  }
}
