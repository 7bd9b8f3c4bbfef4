// The overview against the engine: one sentence on the whole that is true, and trouble first, on any screen.
import { container, containers, docker } from "./stack.ts";
import { storageOf } from "./storage.ts";
import { expect, expectAccessible, expectNoJump, test } from "./test.ts";

test.use({ storageState: storageOf("viewer") });

const screens = [
  { name: "desktop", viewport: { width: 1440, height: 900 } },
  { name: "the narrowest phone", viewport: { width: 360, height: 640 } },
];

for (const { name, viewport } of screens) {
  test.describe(name, () => {
    test.use({ viewport });

    for (const scheme of ["light", "dark"] as const) {
      test(`is accessible, fits and does not jump, ${scheme}`, async ({ page }) => {
        await page.emulateMedia({ colorScheme: scheme });
        await page.goto("/");
        await expect(page.locator("[data-service]")).toHaveCount((await containers()).size);
        await expectAccessible(page);
        await expectNoJump(page);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
      });
    }

    test("says in its first words what is wrong, shows it first, and says so when it is over", async ({ page }) => {
      await page.goto("/");
      const sentence = page.getByRole("heading", { level: 1 });
      const first = page.locator("[data-service]").first();
      await expect(sentence).toContainText(/All \d+ services are (healthy|up)/);
      const id = await container("node-exporter");
      await docker("stop", id);
      try {
        // What fires meanwhile comes behind it.
        await expect(sentence).toHaveText(/^Node exporter is stopped/, { timeout: 5_000 });
        await expect(first).toHaveAttribute("data-service", "node-exporter");
        await expect(first).toContainText("Stopped");
        await expect(page.locator("h1 + p")).toContainText(/for \d+ s, since \d\d:\d\d.*from outside the portal/);
        await expect(first).toBeInViewport({ ratio: 1 });
      } finally {
        await docker("start", id);
      }
      await expect(sentence).toContainText(/All \d+ services are (healthy|up)/, { timeout: 30_000 });
      await expect(page.getByText(/Last change: Node exporter started/)).toBeVisible();
    });
  });
}

test("the first answer holds the sentence and every service, in at most 60 kB compressed", async ({ page }) => {
  const names = [...(await containers()).keys()];
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.url().endsWith("/")),
    page.goto("/"),
  ]);
  const html = await answer.text();
  expect(html).toMatch(/All \d+ services are/);
  for (const name of names) expect(html).toContain(`data-service="${name}"`);
  const { responseBodySize } = await answer.request().sizes();
  expect(await answer.headerValue("content-encoding")).toBeTruthy();
  expect(responseBodySize).toBeLessThan(60_000);
});

test("a service leads to its own page, and the browser's way back leads here", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "PostgreSQL", exact: true }).click();
  await expect(page).toHaveURL("/services/postgres");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("PostgreSQL");
  await page.goBack();
  await expect(page.locator("[data-service]").first()).toBeVisible();
});
