// The page of one service: what happened to it and who did it, what it uses, what it is made of.
import { request } from "@playwright/test";
import { container, docker, origin } from "./stack.ts";
import { storageOf } from "./storage.ts";
import { expect, expectAccessible, expectNoJump, test } from "./test.ts";

test.use({ storageState: storageOf("viewer") });

/** Through the portal's API, as the admin of the tests. */
async function throughPortal(verb: "start" | "stop") {
  const admin = await request.newContext({
    ...{ baseURL: origin, ignoreHTTPSErrors: true, storageState: storageOf("admin") },
    extraHTTPHeaders: { origin },
  });
  const answer = await admin.post(`/api/v1/services/node-exporter/${verb}`, { data: {} });
  expect(await answer.text()).toContain('"result":"done"');
  await admin.dispose();
}

test("tells a stop from outside the portal from one that somebody made here, by name", async ({ page }) => {
  await page.goto("/services/node-exporter");
  const newest = page
    .getByRole("list", { name: /changes/i })
    .getByRole("listitem")
    .first();
  const healthy = () => expect(newest).toHaveText(/^Healthy/, { timeout: 15_000 });
  const id = await container("node-exporter");
  await docker("stop", id);
  try {
    await expect(newest).toContainText(/^Stopped, exit code \d+ from outside the portal/, { timeout: 10_000 });
    await expect(page.locator("header p").filter({ hasText: /^Stopped/ })).toBeVisible();
  } finally {
    await docker("start", id);
  }
  await healthy();
  try {
    await throughPortal("stop");
    await expect(newest).toContainText(/^Stopped, exit code \d+ e2e-admin: stop/, { timeout: 10_000 });
    await expect(newest.getByRole("link", { name: "e2e-admin: stop" })).toHaveAttribute("href", /^\/audit\?entry=\d+$/);
  } finally {
    await docker("start", id);
  }
  await healthy();
  await expect(page.locator('section[aria-label="History"] [data-status="stopped"]').first()).toBeAttached();
});

test("draws what it uses, live and from the past", async ({ page }) => {
  await page.goto("/services/postgres");
  const memory = page.getByRole("img", { name: /^Memory/ });
  await expect(memory).toHaveAccessibleName(/last five minutes: now [\d.]+ [KM]iB/, { timeout: 15_000 });
  await expect(page.getByRole("img", { name: /^Processor .*: now [\d.]+ %/ })).toBeVisible();
  await page.getByRole("button", { name: "1 h", exact: true }).click();
  await expect(memory).toHaveAccessibleName(/over 1 h: (now [\d.]+ [KM]iB|Prometheus has no numbers)/);
});

test("begins with what Prometheus remembers of the last minutes", async ({ page }) => {
  test.setTimeout(300_000);
  const charts = async () => {
    const answer = await page.request.get("/api/v1/services/traefik/charts?range=1h");
    const { measures } = (await answer.json()) as { measures: Record<string, { values: (number | null)[] }[]> };
    return measures.cpu?.[0]?.values.slice(-4) ?? [null];
  };
  await expect.poll(charts, { timeout: 240_000 }).not.toContain(null);
  await page.goto("/audit");
  // The first series that holds the past; nobody has looked at this service before.
  const spanMs = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const stream = new EventSource("/api/stats?services=traefik");
        stream.addEventListener("series", (event) => {
          const [series] = JSON.parse((event as MessageEvent<string>).data);
          if (!series?.pastUntil) return;
          const ats: number[] = series.samples.map(([at]: number[]) => at);
          stream.close();
          resolve(Date.now() - Math.min(...ats));
        });
      }),
  );
  expect(spanMs).toBeGreaterThan(100_000);
  await page.goto("/services/traefik");
  await expect(page.getByRole("img", { name: /^Processor .*: now [\d.]+ %/ })).toBeVisible();
});

test("says so when Prometheus is away, and shows everything else", async ({ page }) => {
  const error = { code: "prometheus-unreachable", message: "Prometheus does not answer: connection refused" };
  await page.route(/\/charts\?/, (route) => route.fulfill({ status: 404, json: { error } }));
  await page.goto("/services/postgres");
  await page.getByRole("button", { name: "24 h", exact: true }).click();
  await expect(page.getByText(error.message).first()).toBeVisible();
  await expect(page.getByRole("heading", { name: "History" })).toBeVisible();
  await expect(page.getByText("postgres:17.12")).toBeVisible();
});

test("shows what it is made of as the engine says, without environment and secrets", async ({ page }) => {
  const format = "{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}} {{.Config.Image}}";
  const told = (await docker("inspect", "--format", format, await container("postgres"))).trim().split(" ");
  const [bytes = "", processes = "", image = ""] = told;
  await page.goto("/services/postgres");
  const made = page.getByRole("region", { name: "Made of" });
  await expect(made).toContainText(image);
  await expect(made).toContainText(`${Number(bytes) / 2 ** 20} MiB of memory, ${processes} processes`);
  await expect(page.getByRole("region", { name: "In detail" })).toContainText("Read-only root, no capabilities");
  await expect(page.getByRole("region", { name: "Ties" }).getByRole("link", { name: "Keycloak" })).toBeVisible();
  const html = await page.content();
  for (const name of ["POSTGRES_INITDB_ARGS", "POSTGRES_PASSWORD_FILE"]) expect(html).not.toContain(name);
});

test.describe("to an admin", () => {
  test.use({ storageState: storageOf("admin") });

  test("a phone shows the state first, then all buttons in one row", { tag: "@desktop" }, async ({ page }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    for (const service of ["prometheus", "portal", "mosquitto"]) {
      await page.goto(`/services/${service}`);
      const state = await page
        .locator("header p")
        .filter({ hasText: /^Healthy/ })
        .boundingBox();
      const header = page
        .getByRole("banner")
        .or(page.locator("header"))
        .filter({ has: page.getByRole("heading", { level: 1 }) });
      const buttons = header.getByRole("button").or(header.getByRole("link", { name: /^(Logs|Open)$/ }));
      await expect(header.getByRole("button", { name: /^Recreate/ })).toBeVisible();
      const boxes = await Promise.all((await buttons.all()).map((button) => button.boundingBox()));
      expect(boxes.length).toBeGreaterThanOrEqual(4);
      expect(new Set(boxes.map((box) => box?.y)).size, service).toBe(1);
      expect(Math.max(...boxes.map((box) => (box?.x ?? 0) + (box?.width ?? 0)))).toBeLessThanOrEqual(390 - 16);
      expect((state?.y ?? 0) + (state?.height ?? 0)).toBeLessThanOrEqual(boxes[0]?.y ?? 0);
    }
  });

  test("a question says who loses what, and what becomes of the data", async ({ page }) => {
    const dialog = page.getByRole("dialog", { name: /\?$/ });
    const ask = async (service: string, verb: string) => {
      await page.goto(`/services/${service}`);
      await page.getByRole("button", { name: verb, exact: true }).click();
    };
    await ask("mosquitto", "Stop");
    await expect(dialog).toContainText("While it is away, MQTT clients are cut off; messages with QoS 0 are lost");
    await expect(dialog).toContainText(/Data on (.*, )?mosquitto-data.* stays; only what it holds in memory is lost/);
    await expect(dialog).toContainText("It is used by MQTT proxy, Portal, Worker.");
    await ask("keycloak", "Restart");
    await expect(dialog).toContainText("While it is away, nobody can sign in");
    await ask("postgres", "Recreate");
    await expect(dialog).toContainText(/Data on .* stays; it can write nowhere else but to memory/);
    await expectAccessible(page);
  });
});

test("goes to its logs", async ({ page }) => {
  await page.goto("/services/postgres");
  await expect(page.getByRole("link", { name: "Logs", exact: true }).last()).toHaveAttribute(
    "href",
    "/logs?services=postgres",
  );
});

test("a name that is no service is not found, by page and by API", async ({ page }) => {
  for (const name of ["no-such-service", (await container("postgres")).slice(0, 12)]) {
    expect((await page.goto(`/services/${name}`))?.status()).toBe(404);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    for (const path of [name, `${name}/history`, `${name}/charts`])
      expect((await page.request.get(`/api/v1/services/${path}`)).status()).toBe(404);
    expect((await page.request.get(`/api/stats?services=${name}`)).status()).toBe(404);
  }
});

for (const scheme of ["light", "dark"] as const) {
  test(`is accessible and does not jump, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto("/services/keycloak");
    await expect(page.getByRole("img", { name: /^Memory.*now/ })).toBeVisible({ timeout: 15_000 });
    await expectAccessible(page);
    await expectNoJump(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
}

test.describe("an operator", () => {
  test.use({ storageState: storageOf("operator") });

  test("has the healthcheck run at once, and the volumes counted", async ({ page }) => {
    await page.goto("/services/postgres");
    const volume = page.getByRole("listitem").filter({ hasText: "Volume postgres-data" });
    await page.getByRole("button", { name: "Check now" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toHaveAccessibleName("PostgreSQL answers its healthcheck", { timeout: 15_000 });
    await expect(dialog).toContainText(/exit code 0 after \d+ ms/);
    await expectAccessible(page);
    await dialog.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: "Measure now" }).click();
    await expect(dialog).toHaveAccessibleName("Volumes of PostgreSQL", { timeout: 30_000 });
    await dialog.getByRole("button", { name: "Close" }).click();
    await expect(volume).toContainText(/Volume postgres-data, \d[\d.]* MiB, counted \d+ s ago/);
  });
});

test("a viewer reads how large a volume is, and is offered no look of their own", async ({ page }) => {
  await page.goto("/services/postgres");
  // Counted by the worker some minutes after the stack's start, if by nobody before.
  const volume = page.getByRole("listitem").filter({ hasText: "Volume postgres-data" });
  await expect(volume).toContainText(/postgres-data, (\d[\d.]* MiB, counted .* ago|not measured yet)/);
  await expect(page.getByRole("button", { name: /^(Check|Measure) now$/ })).toHaveCount(0);
});
