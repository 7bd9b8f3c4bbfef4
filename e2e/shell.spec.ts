// The frame around every page: navigation, palette, themes, the person's menu, pages that do not exist.
import { makePerson, signIn } from "./people.ts";
import { storageOf } from "./storage.ts";
import { expect, expectAccessible, expectNoJump, test } from "./test.ts";

test.use({ storageState: storageOf("admin") });

test("the palette opens from the keyboard and goes to a page", async ({ page }) => {
  await page.goto("/services");
  // The keys are heard once the page's scripts run; the lamp tells when they do.
  await expect(page.getByText("Live", { exact: true }).filter({ visible: true }).first()).toBeVisible();
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog");
  await expect(palette).toBeVisible();
  await expect(palette.getByRole("option", { name: "Overview" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.type("services");
  await page.keyboard.press("Enter");
  await expect(palette).toBeHidden();
  await expect(page).toHaveURL(/\/services/);
});

test("the palette opens by a button, finds a service, and closes on Escape", async ({ page, isMobile }) => {
  await page.goto("/");
  const button = page.getByRole("button", { name: isMobile ? "Menu" : /^Go to/ });
  await button.click();
  const palette = page.getByRole("dialog");
  await palette.getByRole("combobox").fill("keycl");
  await expect(palette.getByRole("option").first()).toContainText("Keycloak");
  await page.keyboard.press("Escape");
  await expect(palette).toBeHidden();
  await button.click();
  await palette.getByRole("combobox").fill("keycl");
  await palette.getByRole("option", { name: /^Keycloak/ }).click();
  await expect(page).toHaveURL("/services/keycloak");
});

test("a page that does not exist says so inside the design", async ({ page }) => {
  const answer = await page.goto("/no-such-page");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page);
});

test.describe("without scripts", () => {
  // A script that does not come is told of by the browser, by its loader, and by the one that fetches ahead.
  test.use({ provoked: /net::ERR_FAILED|^ChunkLoadError|^uncaught: Event$/ });

  for (const colorScheme of ["light", "dark"] as const) {
    test(`a page whose scripts do not arrive says so, and comes when tried again, ${colorScheme} @desktop`, async ({
      page,
    }) => {
      await page.emulateMedia({ colorScheme });
      await page.goto("/sessions");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sessions");
      await page.waitForLoadState("networkidle");
      const scripts = /\/_next\/static\/chunks\//;
      await page.route(scripts, (route) => route.abort());
      await page.getByRole("link", { name: "Logs" }).first().click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Something failed");
      await expectAccessible(page);
      await page.unroute(scripts);
      await page.getByRole("button", { name: "Try again" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("Logs");
    });
  }
});

test.describe("without the scripts of a menu", { tag: "@desktop" }, () => {
  test.use({ provoked: /net::ERR_FAILED|^ChunkLoadError|^uncaught: Event$/ });

  test("its place says so, and the page stays", async ({ page }) => {
    const live = page.waitForRequest("**/api/events");
    await page.goto("/sessions");
    // The keys are heard by then, and what is fetched ahead has come.
    await live;
    await page.waitForLoadState("networkidle");
    await page.route(/\/_next\/static\/chunks\//, (route) => route.abort());
    await page.keyboard.press("Control+k");
    await expect(page.getByText("The list could not be loaded.")).toBeVisible();
    await page.keyboard.press("Escape");
    await page.getByRole("banner").getByRole("button", { name: /admin/ }).click();
    await expect(page.getByText("The menu could not be loaded.")).toBeVisible();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sessions");
    await expectAccessible(page);
  });
});

test("a service that does not exist says so, and the navigation stays", async ({ page }) => {
  const answer = await page.goto("/services/no-such-service");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("no such service");
  await page.getByRole("navigation").getByRole("link", { name: "Overview" }).click();
  await expect(page).toHaveURL("/");
});

test("navigation marks the page one is on", async ({ page }) => {
  await page.goto("/services");
  await expect(page.locator('[aria-current="page"]').filter({ visible: true }).first()).toContainText(/services/i);
});

test("the person's menu is accessible, and a chosen theme is there in the next first answer", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/services");
  await page.getByRole("button", { name: /e2e-admin/ }).click();
  await expect(page.getByRole("menuitem", { name: /account/i })).toHaveAttribute("href", /\/auth\/realms\/.+\/account/);
  await expectAccessible(page);
  const paper = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect
    .poll(() => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor))
    .not.toBe(paper);
  const html = await (await page.request.get("/services")).text();
  expect(html).toContain('data-theme="dark"');
  await page.getByRole("menuitemradio", { name: "System" }).click();
  await expect.poll(() => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(paper);
});

test("the first key press leads past the navigation", async ({ page, isMobile }) => {
  test.skip(isMobile === true, "there is no Tab key");
  await page.goto("/services");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toBeFocused();
});

test("only an admin is led to the tools' own pages", async ({ page, browser, isMobile }) => {
  test.skip(isMobile === true, "the same list, behind the menu");
  await page.goto("/");
  await expect(page.getByRole("navigation").getByRole("link", { name: "Prometheus" })).toBeVisible();
  const viewer = await browser.newContext({ storageState: storageOf("viewer"), ignoreHTTPSErrors: true });
  const other = await viewer.newPage();
  await other.goto(page.url());
  await expect(other.getByRole("navigation").getByRole("link", { name: "Services" })).toBeVisible();
  await expect(other.getByRole("navigation").getByRole("link", { name: "Prometheus" })).toHaveCount(0);
  await viewer.close();
});

test("can be installed: the manifest and every icon it names are there", async ({ page }) => {
  await page.goto("/");
  const href = await page.locator('link[rel="manifest"]').getAttribute("href");
  const manifest = await (await page.request.get(href ?? "")).json();
  expect(manifest).toMatchObject({ display: "standalone", start_url: "/", scope: "/" });
  for (const { src, sizes } of manifest.icons as { src: string; sizes: string }[]) {
    const size = await page.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    expect(size).toBe(sizes);
  }
  // What Chromium itself says against installing the page: nothing but that a test's browser keeps nothing.
  const session = await page.context().newCDPSession(page);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(["in-incognito"]);
});

test.describe("signed out in another tab", () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test("the page says so, keeps its place, and comes back to it", async ({ page, context }) => {
    const person = await makePerson(`e2e-ended-${test.info().project.name}`, "viewer");
    await signIn(page, person, "/services?q=post");
    await expect(page.getByText("Live", { exact: true }).filter({ visible: true }).first()).toBeVisible();
    const other = await context.newPage();
    await other.goto("/");
    await other.getByRole("button", { name: new RegExp(person.name) }).click();
    await other.getByRole("menuitem", { name: /sign out/i }).click();
    await expect(other).toHaveURL(/\/login/);
    const notice = page.getByRole("alert").filter({ hasText: "You have been signed out" });
    await expect(notice).toBeVisible({ timeout: 10_000 });
    await expect(page.locator("[data-service]").first()).toBeVisible();
    await expectAccessible(page);
    await expect(notice.getByRole("link", { name: "Sign in" })).toHaveAttribute(
      "href",
      /callbackUrl=%2Fservices%3Fq%3Dpost$/,
    );
  });
});

test("the tests notice a jump, and tell it from news", async ({ page }) => {
  await page.goto("/services");
  const row = page.locator("[data-service]").first();
  await expect(row).toBeVisible();
  await expectNoJump(page);
  const push = (news: boolean) =>
    row.evaluate((element, news) => {
      if (news) element.setAttribute("data-status", "made up");
      document.querySelector("main")?.prepend(Object.assign(document.createElement("p"), { style: "height: 200px" }));
    }, news);
  await push(true);
  await expectNoJump(page);
  await page.waitForTimeout(1_000);
  await push(false);
  await expect(expectNoJump(page)).rejects.toThrow(/TR/);
});
