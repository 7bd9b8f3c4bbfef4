// Alerts on the overview: what is posted to the real Alertmanager comes onto the open page, and goes.
import { fire, silence } from "./alertmanager.ts";
import { container, docker } from "./stack.ts";
import { storageOf } from "./storage.ts";
import { expect, expectAccessible, test } from "./test.ts";

test.use({ storageState: storageOf("viewer") });

const labels = (alertname: string) => ({ alertname, severity: "critical", service: "postgres" });

test("an alert comes onto the open page and goes, says what to do, and leads to the service", async ({ page }) => {
  const name = `E2eFires${test.info().project.name}`;
  await page.goto("/");
  const alerts = page.getByRole("region", { name: "Alerts" });
  const sentence = page.getByRole("heading", { level: 1 });
  await expect(alerts.getByText(/None is firing|for \d/).first()).toBeVisible();
  const alert = alerts.locator(`[data-alert="${name}"]`);
  await expect(alert).toHaveCount(0);
  const end = await fire({
    labels: labels(name),
    annotations: { summary: "The test's disk is full", do: "./taylordash logs postgres" },
  });
  try {
    await expect(alert).toBeVisible({ timeout: 15_000 });
    await expect(alert).toContainText("The test's disk is full");
    await expect(alert).toContainText(/Critical.*since \d\d:\d\d.*for \d/);
    await expect(alert).toContainText("What to do: ./taylordash logs postgres");
    await expect(sentence.getByRole("link", { name: /alerts? (is|are) firing/ })).toHaveAttribute("href", "#alerts");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
    }
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    await alert.getByRole("link", { name: "PostgreSQL" }).click();
    await expect(page).toHaveURL("/services/postgres");
    await page.goBack();
    await expect(alert).toBeVisible();
    // In the first answer too, before any script runs.
    expect(await (await page.request.get("/")).text()).toContain("The test&#x27;s disk is full");
  } finally {
    await end();
  }
  await expect(alert).toHaveCount(0, { timeout: 15_000 });
});

test("a silenced alert is apart from those that fire, and the sentence does not count it", { tag: "@desktop" }, async ({
  page,
}) => {
  const name = `E2eQuiet${test.info().project.name}`;
  await silence(name, "anna", "the new disk comes on Monday");
  const end = await fire({ labels: labels(name), annotations: { summary: "A known trouble" } });
  try {
    await page.goto("/");
    const alerts = page.getByRole("region", { name: "Alerts" });
    await alerts.getByText(/more (is|are) kept quiet/).click({ timeout: 15_000 });
    const alert = alerts.getByRole("list", { name: "Kept quiet" }).locator(`[data-alert="${name}"]`);
    await expect(alert).toBeVisible();
    await expect(alert).toContainText(/Critical, silenced by anna until .*: the new disk comes on Monday/);
    await expectAccessible(page);
    const answer = await page.request.get("/api/v1/alerts");
    const list = (await answer.json()) as { firing: { name: string }[]; quiet: { name: string }[] };
    expect(list.firing.map((one) => one.name)).not.toContain(name);
    expect(list.quiet.map((one) => one.name)).toContain(name);
  } finally {
    await end();
  }
});

test("says that Alertmanager does not answer and what to do; the services stay", async ({ page }) => {
  await page.goto("/");
  const alerts = page.getByRole("region", { name: "Alerts" });
  const id = await container("alertmanager");
  await docker("stop", id);
  try {
    await expect(alerts).toContainText("Alertmanager does not answer", { timeout: 15_000 });
    await expect(alerts).toContainText("./taylordash logs alertmanager");
    await expect(alerts.getByRole("link", { name: "Alertmanager" })).toHaveAttribute("href", "/services/alertmanager");
    await expectAccessible(page);
    await page.reload();
    await expect(alerts).toContainText("Alertmanager does not answer", { timeout: 15_000 });
    await expect(page.locator('[data-service="postgres"]')).toBeVisible();
  } finally {
    await docker("start", id);
  }
  await expect(alerts).not.toContainText("does not answer", { timeout: 30_000 });
});

test("says of backups what is so, and leads nowhere", async ({ page }) => {
  await page.goto("/");
  const backups = page.getByRole("region", { name: "Last backups" });
  await expect(backups).toContainText("No backups yet");
  await expect(backups.getByRole("link")).toHaveCount(0);
});
