// What somebody types or chooses while a page's scripts are still on their way counts once they have come.
import type { Page } from "@playwright/test";
import { storageOf } from "./storage.ts";
import { expect, test } from "./test.ts";

test.use({ storageState: storageOf("admin") });

/** Opens the page as the server wrote it; the scripts come when the answer is called. */
async function openWithoutScripts(page: Page, path: string) {
  const hold = Promise.withResolvers<void>();
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    await hold.promise;
    await route.continue();
  });
  await page.goto(path, { waitUntil: "domcontentloaded" });
  return () => hold.resolve();
}

test("in the filters of the audit, all of it", async ({ page, isMobile }) => {
  // A filter that is set has them shown on a phone as well.
  const scripts = await openWithoutScripts(page, isMobile ? "/audit?outcome=denied" : "/audit");
  await page.getByRole("combobox", { name: "Outcome" }).selectOption("unfinished");
  await page.getByRole("textbox", { name: "On what" }).fill("of nobody");
  await page.getByLabel("from this day, in UTC").fill("2026-01-02");
  // And what is chosen while the page with it is still on its way comes to it.
  const hold = Promise.withResolvers<void>();
  await page.route(/\/audit\?.*_rsc=/, (route) => hold.promise.then(() => route.continue()));
  const asked = page.waitForRequest(/\/audit\?.*outcome=unfinished/);
  scripts();
  await asked;
  await page.getByLabel("to this day, in UTC").fill("2026-01-03");
  hold.resolve();
  await expect(page).toHaveURL(/[?&]from=2026-01-02&to=2026-01-03/);
  await expect(page).toHaveURL(/[?&]outcome=unfinished/);
  await expect(page).toHaveURL(/[?&]target=of\+nobody/);
  await expect(page.getByRole("textbox", { name: "On what" })).toHaveValue("of nobody");
});

test("in the filter of the services, and the boxes ticked", async ({ page, isMobile }) => {
  const scripts = await openWithoutScripts(page, "/services");
  const box = page.getByRole("checkbox", { name: "Choose Alertmanager" });
  await page.getByRole("searchbox", { name: "Filter services" }).fill("alertm");
  await box.check();
  if (isMobile) await page.getByRole("combobox", { name: "Order" }).selectOption("By name");
  scripts();
  await expect(page).toHaveURL(isMobile ? "/services?q=alertm&sort=title" : "/services?q=alertm");
  await expect(page.locator("[data-service]")).toHaveCount(1);
  await expect(box).toBeChecked();
  await expect(page.getByText("1 chosen")).toBeVisible();
});

test("and the list of other containers that was opened", { tag: "@desktop" }, async ({ page }) => {
  const scripts = await openWithoutScripts(page, "/services");
  await page.getByText("Other containers on this machine").click();
  scripts();
  await expect(page.getByText(/^This machine runs no other|^They belong to other projects/)).toBeVisible();
});

test("in the search of the logs", async ({ page }) => {
  const scripts = await openWithoutScripts(page, "/logs?service=portal");
  await page.getByRole("searchbox", { name: "Search the lines" }).fill("listening");
  scripts();
  await expect(page).toHaveURL(/[?&]q=listening/);
  await expect(page.getByRole("searchbox", { name: "Search the lines" })).toHaveValue("listening");
});
