// The tests' own `test`: an uncaught error, a console error or a CSP violation on any page fails the test.
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";

export const test = base.extend<{ provoked: RegExp | null; quietPage: undefined; shiftsWatched: undefined }>({
  /** Noise that a test makes on purpose, beside the refused requests that the browser itself logs. */
  provoked: [null, { option: true }],
  shiftsWatched: [
    async ({ page }, use) => {
      await watchShifts(page);
      await use(undefined);
    },
    { auto: true },
  ],
  quietPage: [
    async ({ context, provoked }, use) => {
      const refused = /Failed to load resource: the server responded with a status of (400|401|403|404|409)/;
      const noise: string[] = [];
      context.on("weberror", (error) => noise.push(`uncaught: ${error.error().message}`));
      context.on("console", (message) => {
        const text = message.text();
        if (message.type() === "error" && !refused.test(text)) noise.push(text);
      });
      await use(undefined);
      expect(noise.filter((text) => !provoked?.test(text))).toEqual([]);
    },
    { auto: true },
  ],
});

/** Fails with the rule and the elements when axe finds anything at all. */
export async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`)).toEqual([]);
}

/**
 * Watches for what moves on the page (Core Web Vitals' layout shift, without the session windows) from before its first
 * script on. News moves things, and should: a service that fails comes first, an alert that fires is named in the title.
 * What the browser reports of a frame after news is therefore left out, and only that.
 */
const watchShifts = (page: Page) =>
  page.addInitScript(() => {
    const seen = {
      shifts: [] as { at: number; value: number; what: string }[],
      news: [] as { begin: number; end: number }[],
    };
    Object.assign(window, { layoutShifts: seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const { value, sources = [] } = entry as PerformanceEntry & { value: number; sources?: { node?: Node }[] };
        const what = sources
          .map(({ node }) => `${node?.nodeName} "${node?.textContent?.slice(0, 40) ?? ""}"`)
          .join(", ");
        seen.shifts.push({ at: entry.startTime, value, what });
      }
    }).observe({ type: "layout-shift", buffered: true });
    const isAlert = (node: Node) => node instanceof Element && node.querySelector("[data-alert]") !== null;
    new MutationObserver((changes) => {
      const isNews = changes.some(
        ({ type, target, addedNodes, removedNodes, attributeName, oldValue }) =>
          (type === "attributes" && (target as Element).getAttribute(attributeName ?? "") !== oldValue) ||
          (target instanceof Element &&
            target.closest("#alerts") !== null &&
            [...addedNodes, ...removedNodes].some(
              (node) => isAlert(node) || (node as Element).matches?.("[data-alert]"),
            )),
      );
      // It lasts until the frame that shows it was drawn, and the next: a busy machine may take long for that.
      if (isNews) {
        const begin = performance.now();
        requestAnimationFrame(() =>
          requestAnimationFrame(() => seen.news.push({ begin, end: Math.max(performance.now(), begin + 500) })),
        );
      }
    }).observe(document, {
      ...{ subtree: true, childList: true, attributes: true, attributeOldValue: true },
      attributeFilter: ["data-status", "data-state"],
    });
  });

/** Fails with what moved when the page jumped since it was opened. */
export async function expectNoJump(page: Page) {
  const jumps = await page.evaluate(
    () =>
      new Promise<{ at: number; value: number; what: string }[]>((resolve) =>
        setTimeout(() => {
          type Seen = { layoutShifts: { shifts: []; news: { begin: number; end: number }[] } };
          const { shifts, news } = (window as unknown as Seen).layoutShifts;
          const isNews = ({ at }: { at: number }) => news.some(({ begin, end }) => at > begin - 100 && at < end);
          resolve(shifts.filter((shift) => !isNews(shift)));
        }, 500),
      ),
  );
  const sum = jumps.reduce((total, { value }) => total + value, 0);
  const moved = jumps.map(({ at, value, what }) => `${value.toFixed(3)} at ${Math.round(at)} ms: ${what}`).join("\n");
  expect(sum, moved).toBeLessThan(0.02);
}

export { expect };
