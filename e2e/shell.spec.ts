// The frame around every page: navigation, palette, themes, pages that do not exist.
import { storageOf } from "./storage.ts";
import { expect, expectAccessible, test } from "./test.ts";

test.use({ storageState: storageOf("admin") });

test("the palette opens from the keyboard and goes to a page", async ({ page }) => {
  await page.goto("/services");
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog");
  await expect(palette).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.type("services");
  await page.keyboard.press("Enter");
  await expect(palette).toBeHidden();
  await expect(page).toHaveURL(/\/services/);
});

test("a page that does not exist says so inside the design", async ({ page }) => {
  const answer = await page.goto("/no-such-page");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page);
});

test("navigation marks the page one is on", async ({ page }) => {
  await page.goto("/services");
  await expect(page.locator('[aria-current="page"]').filter({ visible: true }).first()).toContainText(/services/i);
});
