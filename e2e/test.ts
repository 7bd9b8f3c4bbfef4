// The tests' own `test`: an uncaught error, a console error or a CSP violation on any page fails the test.
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect, type Page } from "@playwright/test";

export const test = base.extend<{ quietPage: undefined }>({
  quietPage: [
    async ({ context }, use) => {
      const noise: string[] = [];
      context.on("weberror", (error) => noise.push(`uncaught: ${error.error().message}`));
      context.on("console", (message) => {
        const text = message.text();
        // A refused request that a test provokes on purpose is logged by the browser itself.
        const provoked = /Failed to load resource: the server responded with a status of (400|401|403|404|409)/.test(
          text,
        );
        if (message.type() === "error" && !provoked) noise.push(text);
      });
      await use(undefined);
      expect(noise).toEqual([]);
    },
    { auto: true },
  ],
});

/** Fails with the rule and the elements when axe finds anything at all. */
export async function expectAccessible(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`)).toEqual([]);
}

/** The sum of layout shifts since the page was opened (Core Web Vitals' CLS, without the session windows). */
export const layoutShift = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
        }).observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(sum), 500);
      }),
  );

export { expect };
