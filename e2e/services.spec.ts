// The Services page against the engine: rows are the real containers, and change when the engine does.

import { container, containers, docker } from "./stack.ts";
import { storageOf } from "./storage.ts";
import { expect, expectAccessible, layoutShift, test } from "./test.ts";

test.use({ storageState: storageOf("viewer") });

test("shows a row for each container of the project, and no other", async ({ page }) => {
  await page.goto("/services");
  const rows = page.locator("[data-service]");
  await expect(rows.first()).toBeVisible();
  const shown = await rows.evaluateAll((all) => all.map((row) => row.getAttribute("data-service") ?? ""));
  expect(shown.sort()).toEqual([...(await containers()).keys()].sort());
});

test("has its rows in the first answer, before any script runs", async ({ page }) => {
  const answer = await page.request.get("/services");
  const html = await answer.text();
  for (const service of (await containers()).keys()) expect(html).toContain(`data-service="${service}"`);
});

test("follows the engine without a reload", async ({ page }) => {
  await page.goto("/services");
  const row = page.locator('[data-service="node-exporter"]');
  await expect(row).toContainText(/healthy|running/i);
  const id = await container("node-exporter");
  await docker("stop", id);
  try {
    await expect(row).toContainText(/stopped|exited/i, { timeout: 5_000 });
  } finally {
    await docker("start", id);
  }
  await expect(row).toContainText(/starting|running|healthy/i, { timeout: 10_000 });
});

test("filters, and says so when nothing matches", async ({ page }) => {
  await page.goto("/services");
  const filter = page.getByRole("searchbox", { name: /filter/i });
  await filter.fill("postgres");
  await expect(page.locator("[data-service]")).toHaveCount(2);
  await filter.fill("no such service");
  await expect(page.locator("[data-service]")).toHaveCount(0);
  await expect(page.getByText(/no services? match/i).first()).toBeVisible();
});

for (const scheme of ["light", "dark"] as const) {
  test(`is accessible and does not jump, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto("/services");
    await expect(page.locator("[data-service]").first()).toBeVisible();
    await expectAccessible(page);
    expect(await layoutShift(page)).toBeLessThan(0.02);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
}
