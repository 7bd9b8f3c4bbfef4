// What a person waits for: the Services page from a cold load, and the time from the engine's event to the changed row.
import { chromium as browserType } from "@playwright/test";
import { makePerson, signIn } from "../people.ts";
import { chromium, command, container, docker, origin, project } from "../stack.ts";
import type { Figure } from "./run.ts";

const extra = 188; // with the stack's own, 200

const percentile = (values: number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(values.length * share) - 1)] ?? Number.NaN;

async function signedIn() {
  const person = await makePerson("bench", "admin");
  const browser = await browserType.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
  const context = await browser.newContext({ baseURL: origin, ignoreHTTPSErrors: true });
  await signIn(await context.newPage(), person);
  return { browser, context };
}

/** Containers that are created but not started: they cost the engine's list, not the machine. */
async function addContainers(): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < extra; i++) {
    const labels = [
      `com.docker.compose.project=${project}`,
      `com.docker.compose.service=bench-${i}`,
      "com.docker.compose.oneoff=False",
    ];
    const flags = labels.flatMap((label) => ["--label", label]);
    ids.push((await docker("create", "--network", "none", ...flags, "node:26.10.0-trixie-slim", "true")).trim());
  }
  return ids;
}

export async function servicesPage(): Promise<Figure[]> {
  const { browser, context } = await signedIn();
  const ids = await addContainers();
  try {
    const server: number[] = [];
    const paint: number[] = [];
    let scriptBytes = 0;
    for (let run = 0; run < 10; run++) {
      const page = await context.newPage();
      const cdp = await context.newCDPSession(page);
      await cdp.send("Network.enable");
      await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
      let bytes = 0;
      const scripts = new Set<string>();
      cdp.on("Network.responseReceived", (e) => e.type === "Script" && scripts.add(e.requestId));
      cdp.on("Network.loadingFinished", (e) => {
        if (scripts.has(e.requestId)) bytes += e.encodedDataLength;
      });
      await page.goto("/services", { waitUntil: "load" });
      const timing = await page.evaluate(
        () =>
          new Promise<{ server: number; paint: number }>((resolve) => {
            const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
            let last = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) last = entry.startTime;
            }).observe({ type: "largest-contentful-paint", buffered: true });
            setTimeout(
              () =>
                resolve({ server: (navigation?.responseStart ?? 0) - (navigation?.requestStart ?? 0), paint: last }),
              700,
            );
          }),
      );
      server.push(timing.server);
      paint.push(timing.paint);
      scriptBytes = Math.max(scriptBytes, bytes);
      await page.close();
    }
    const note = "n = 10, cold cache, 200 containers";
    return [
      { name: "services page, first byte p95", value: percentile(server, 0.95), limit: 100, unit: "ms", note },
      { name: "services page, largest paint p95", value: percentile(paint, 0.95), limit: 1000, unit: "ms", note },
      {
        name: "services page, scripts",
        value: scriptBytes / 1000,
        limit: 200,
        unit: "kB",
        note: "compressed, over the wire",
      },
    ];
  } finally {
    await command("docker", ["rm", "-f", ...ids]);
    await browser.close();
  }
}

/** `docker pause` and `unpause` change a row at once, so a hundred rounds take seconds; stop and start close the set. */
export async function eventToRow(): Promise<Figure[]> {
  const { browser, context } = await signedIn();
  try {
    const page = await context.newPage();
    await page.goto("/services");
    const id = await container("node-exporter");
    await page.locator('[data-service="node-exporter"]').waitFor();
    // The page notes the wall clock whenever the row's words change.
    await page.evaluate(() => {
      const row = document.querySelector('[data-service="node-exporter"]');
      const changes: number[] = [];
      Object.assign(window, { rowChanges: changes });
      let before = row?.getAttribute("data-state");
      new MutationObserver(() => {
        const now = document.querySelector('[data-service="node-exporter"]')?.getAttribute("data-state");
        if (now !== before) changes.push(Date.now());
        before = now;
      }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
    });
    const delays: number[] = [];
    for (let round = 0; round < 20; round++) {
      const since = (Date.now() / 1000).toFixed(3);
      const seen = await page.evaluate(() => (window as unknown as { rowChanges: number[] }).rowChanges.length);
      await docker("stop", "-t", "1", id);
      await page.waitForFunction((n) => (window as unknown as { rowChanges: number[] }).rowChanges.length > n, seen);
      const at = await page.evaluate((n) => (window as unknown as { rowChanges: number[] }).rowChanges[n] ?? 0, seen);
      const events = await docker(
        "events",
        "--since",
        since,
        "--until",
        "0s",
        "--filter",
        `container=${id}`,
        "--filter",
        "event=die",
        "--format",
        "{{.TimeNano}}",
      );
      delays.push(at - Number(events.trim().split("\n")[0]) / 1e6);
      const running = await page.evaluate(() => (window as unknown as { rowChanges: number[] }).rowChanges.length);
      await docker("start", id);
      await page.waitForFunction((n) => (window as unknown as { rowChanges: number[] }).rowChanges.length > n, running);
    }
    return [
      {
        name: "docker stop to row p95",
        value: percentile(delays, 0.95),
        limit: 500,
        unit: "ms",
        note: `n = ${delays.length}, from the engine's die event`,
      },
    ];
  } finally {
    await browser.close();
  }
}
