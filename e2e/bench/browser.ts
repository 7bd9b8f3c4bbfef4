// A signed-in browser for the benches, and what it measures.
import { type BrowserContext, chromium as browserType, type Page } from "@playwright/test";
import { makePerson, signIn } from "../people.ts";
import { chromium, origin } from "../stack.ts";

export const percentile = (values: readonly number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;

export async function withBrowser<T>(work: (context: BrowserContext) => Promise<T>): Promise<T> {
  const person = await makePerson("bench", "admin");
  const browser = await browserType.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const context = await browser.newContext({ baseURL: origin, ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await signIn(page, person);
    await page.close();
    return await work(context);
  } finally {
    await browser.close();
  }
}

export type Load = { serverMs: number; paintMs: number; documentBytes: number; scriptBytes: number };

/** One load with an empty cache: first byte, largest paint, and what came over the wire, compressed. */
export async function coldLoad(context: BrowserContext, path: string): Promise<Load> {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
  const types = new Map<string, string>();
  const bytes: Record<string, number> = {};
  cdp.on("Network.responseReceived", ({ requestId, type }) => void types.set(requestId, type));
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const type = types.get(requestId) ?? "";
    bytes[type] = (bytes[type] ?? 0) + encodedDataLength;
  });
  await page.goto(path, { waitUntil: "load" });
  const { serverMs, paintMs } = await page.evaluate(
    () =>
      new Promise<{ serverMs: number; paintMs: number }>((resolve) => {
        const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
        let last = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) last = entry.startTime;
        }).observe({ type: "largest-contentful-paint", buffered: true });
        const serverMs = (navigation?.responseStart ?? 0) - (navigation?.requestStart ?? 0);
        setTimeout(() => resolve({ serverMs, paintMs: last }), 700);
      }),
  );
  await page.close();
  return { serverMs, paintMs, documentBytes: bytes.Document ?? 0, scriptBytes: bytes.Script ?? 0 };
}

/** From here on the page remembers its longest task. */
export const watchTasks = (page: Page) =>
  page.evaluate(() => {
    const seen = { longest: 0 };
    Object.assign(window, { tasks: seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
    }).observe({ type: "longtask" });
  });

/** The longest task since it was last asked for, in ms; 0 when none took 50. */
export const longestTask = (page: Page) =>
  page.evaluate(() => {
    const { tasks } = window as unknown as { tasks: { longest: number } };
    const { longest } = tasks;
    tasks.longest = 0;
    return longest;
  });
