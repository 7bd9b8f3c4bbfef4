// The Services page against the engine: rows are the real containers, and change when the engine does.

import type { Page } from "@playwright/test";
import { container, containers, docker, project } from "./stack.ts";
import { storageOf } from "./storage.ts";
import { expect, expectAccessible, expectNoJump, test } from "./test.ts";

test.use({ storageState: storageOf("viewer") });

const shownServices = (page: Page) =>
  page.locator("[data-service]").evaluateAll((all) => all.map((row) => row.getAttribute("data-service") ?? ""));

test("shows a row for each container of the project, and no other", async ({ page }) => {
  await page.goto("/services");
  await expect(page.locator("[data-service]").first()).toBeVisible();
  expect((await shownServices(page)).sort()).toEqual([...(await containers()).keys()].sort());
});

test("has its rows in the first answer, before any script runs", async ({ page }) => {
  const answer = await page.request.get("/services");
  const html = await answer.text();
  for (const service of (await containers()).keys()) expect(html).toContain(`data-service="${service}"`);
});

test("says of a row what the engine says: image, restarts, state", async ({ page, isMobile }) => {
  await page.goto("/services");
  const id = await container("postgres");
  const format = "{{.Config.Image}} {{.RestartCount}} {{.State.Status}}";
  const [image = "", restarts = "", state = ""] = (await docker("inspect", "--format", format, id)).trim().split(" ");
  const row = page.locator('[data-service="postgres"]');
  await expect(row).toHaveAttribute("data-state", state);
  await expect(row).toContainText(image.split(":")[1] ?? "");
  if (!isMobile) {
    await expect(row).toContainText(image);
    await expect(row.getByRole("cell").last()).toHaveText(restarts);
    const built = (await docker("image", "inspect", "--format", "{{.Created}}", image)).trim();
    await expect(row.locator("time").first()).toHaveAttribute("datetime", new Date(built).toISOString());
    await expect(row).toContainText(/built \d+ (s|min|h|d) old/);
  }
});

test("follows the engine without a reload", async ({ page }) => {
  await page.goto("/services");
  const row = page.locator('[data-service="node-exporter"]');
  await expect(row).toContainText(/healthy|running/i);
  const id = await container("node-exporter");
  await docker("stop", id);
  try {
    await expect(row).toContainText(/stopped|exited/i, { timeout: 5_000 });
    await expect(page.getByRole("button", { name: /^Stopped/ })).toContainText("1");
  } finally {
    await docker("start", id);
  }
  await expect(row).toContainText(/starting|running|healthy/i, { timeout: 10_000 });
});

test("says that it is not live while the stream is cut, and goes on by itself", async ({ page }) => {
  await page.goto("/services");
  await expect(page.getByText("Live", { exact: true }).filter({ visible: true }).first()).toBeVisible();
  // A portal that is being replaced: every new stream is refused, pages still come.
  await page.route("/api/events", (route) => route.fulfill({ status: 404 }));
  await page.reload();
  await expect(page.getByText(/Reconnecting: /)).toBeVisible();
  await expect(page.getByText("Live", { exact: true })).toBeHidden();
  await page.unroute("/api/events");
  await expect(page.getByText("Live", { exact: true })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText(/Reconnecting: /)).toBeHidden();
});

test("takes no silence for life: a stream that says nothing is begun anew", { tag: "@desktop" }, async ({ page }) => {
  await page.clock.install();
  const statistics = page.waitForResponse("**/api/stats?*");
  await page.goto("/services");
  await statistics;
  const lamp = page.getByText("Live", { exact: true }).filter({ visible: true }).first();
  await expect(lamp).toBeVisible();
  const again = Promise.all([page.waitForRequest("**/api/events"), page.waitForRequest("**/api/stats?*")]);
  // The page's clock runs ahead of the server's, which says something every 20 s.
  await page.clock.fastForward(51_000);
  await again;
  await expect(lamp).toBeVisible();
});

test.describe("with many more containers", { tag: "@desktop" }, () => {
  const many = Array.from({ length: 45 }, (_, n) => `zz-${String(n + 1).padStart(2, "0")}`);
  test.beforeAll(async () => {
    const image = (await docker("inspect", "-f", "{{.Image}}", await container("portal"))).trim();
    for (const service of many) {
      const of = { project, service, "container-number": "1", oneoff: "False" };
      const labels = Object.entries(of).flatMap(([name, value]) => ["--label", `com.docker.compose.${name}=${value}`]);
      await docker("create", "--name", `${project}-${service}-1`, "--network", "none", ...labels, image, "true");
    }
  });
  test.afterAll(async () => {
    await docker("rm", "-f", ...many.map((service) => `${project}-${service}-1`));
  });

  test("the first answer has what the address asks for, not the worst of all", async ({ page }) => {
    const read = async (query: string) => (await page.request.get(`/services${query}`)).text();
    const one = await read("?q=zz-44");
    expect(one).toContain('data-service="zz-44"');
    expect(one).not.toContain('data-service="zz-43"');
    expect(one).toMatch(/>1 of (4[5-9]|[5-9]\d)</);
    const last = await read("?sort=-title");
    expect(last).toContain('data-service="zz-45"');
    expect(await read("?q=no+such")).toContain("The whole list is on its way.");
  });

  test("the page has all of them, and the palette finds the last", async ({ page }) => {
    await page.goto("/services?q=zz-");
    await expect(page.getByText(/^45 of \d+$/)).toBeVisible();
    // The keys are heard once the page's scripts run; the lamp tells when they do.
    await expect(page.getByText("Live", { exact: true }).filter({ visible: true }).first()).toBeVisible();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Go to" }).fill("zz-45");
    await expect(page.getByRole("option", { name: "zz-45" })).toBeVisible();
  });
});

test("filters, and says so when nothing matches", async ({ page }) => {
  await page.goto("/services");
  const filter = page.getByRole("searchbox", { name: /filter/i });
  await filter.fill("postgres");
  await expect(page.locator("[data-service]")).toHaveCount(2);
  await filter.fill("no such service");
  await expect(page.locator("[data-service]")).toHaveCount(0);
  await expect(page.getByText(/no services? match/i).first()).toBeVisible();
  await page.getByRole("button", { name: /show all/i }).click();
  await expect(page.locator("[data-service]")).toHaveCount((await containers()).size);
});

test("keeps filter and order in the address", async ({ page }) => {
  await page.goto("/services?q=exporter&sort=-title");
  expect(await shownServices(page)).toEqual(["postgres-exporter", "node-exporter"]);
  await page.getByRole("searchbox", { name: /filter/i }).fill("postgres");
  await expect(page).toHaveURL(/\?q=postgres&sort=-title$/);
  await page.reload();
  expect(await shownServices(page)).toEqual(["postgres-exporter", "postgres"]);
  await page.getByRole("button", { name: /^Trouble/ }).click();
  await expect(page.locator("[data-service]")).toHaveCount(0);
  await expect(page).toHaveURL(/show=trouble/);
});

test("sorts by a column, and back", async ({ page, isMobile }) => {
  test.skip(isMobile === true, "a phone has no column headings; it has a list of orders");
  await page.goto("/services");
  const heading = page.getByRole("columnheader", { name: "Service" });
  await heading.getByRole("button").click();
  await expect(heading).toHaveAttribute("aria-sort", "ascending");
  const ascending = await shownServices(page);
  await heading.getByRole("button").click();
  await expect(heading).toHaveAttribute("aria-sort", "descending");
  expect(await shownServices(page)).toEqual(ascending.reverse());
});

test("can be used with the keyboard alone", async ({ page }) => {
  await page.goto("/services");
  await expect(page.getByText("Live", { exact: true }).filter({ visible: true }).first()).toBeVisible();
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: /filter/i })).toBeFocused();
  await page.keyboard.type("postgres");
  await expect(page.locator("[data-service]")).toHaveCount(2);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await expect(page.locator("[data-service] a").first()).toBeFocused();
  const service = (await shownServices(page))[0];
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/services/${service}`);
});

for (const scheme of ["light", "dark"] as const) {
  test(`is accessible and does not jump, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto("/services");
    await expect(page.locator("[data-service]").first()).toBeVisible();
    await expectAccessible(page);
    await expectNoJump(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
}

test("tells a stop from a failure whatever the exit code, and a crash loop from a service that runs", async ({
  page,
}) => {
  const own = (name: string, ...options: string[]) => {
    const labels = [`com.docker.compose.project=${project}`, `com.docker.compose.service=${name}`];
    const label = labels.flatMap((each) => ["--label", each]);
    return docker("run", "-d", "--name", `${project}-${name}`, "--network", "none", ...label, ...options);
  };
  const base = "taylordash/base:trixie";
  const names = ["e2e-told", "e2e-fell", "e2e-loop"];
  const status = (name: string) => page.locator(`[data-service="${name}"]`).getAttribute("data-status");
  await page.goto("/services");
  try {
    await own("e2e-told", base, "bash", "-c", "trap 'exit 1' TERM; sleep infinity & wait");
    await own("e2e-fell", base, "bash", "-c", "exit 137");
    await own("e2e-loop", "--restart", "always", base, "bash", "-c", "sleep 2; exit 1");
    await expect.poll(() => status("e2e-told")).toBe("running");
    await docker("stop", `${project}-e2e-told`);
    await expect.poll(() => status("e2e-told")).toBe("stopped");
    await expect.poll(() => status("e2e-fell")).toBe("failed");
    const restarts = () => docker("inspect", "-f", "{{.RestartCount}}", `${project}-e2e-loop`);
    await expect.poll(async () => Number(await restarts()), { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
    await expect(page.locator('[data-service="e2e-loop"]')).toContainText("Restarting");
    // From the third restart on it is a loop, also while it runs.
    const seen = new Set<string | null>();
    const last = Number(await restarts()) + 2;
    while (Number(await restarts()) < last) seen.add(await status("e2e-loop"));
    expect([...seen]).toEqual(["restarting"]);
    await page.reload();
    expect([await status("e2e-told"), await status("e2e-fell")]).toEqual(["stopped", "failed"]);
  } finally {
    await docker("rm", "-f", ...names.map((name) => `${project}-${name}`));
  }
});
