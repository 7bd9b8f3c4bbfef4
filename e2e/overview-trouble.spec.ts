// A service that falls over: the open page says since when, that nobody asked for it, and what somebody did before.
import { request } from "@playwright/test";
import { docker, origin, project } from "./stack.ts";
import { storageOf } from "./storage.ts";
import { expect, expectAccessible, test } from "./test.ts";

test.use({ storageState: storageOf("viewer") });

async function restart(service: string) {
  const operator = await request.newContext({
    ...{ baseURL: origin, ignoreHTTPSErrors: true, storageState: storageOf("operator") },
    extraHTTPHeaders: { origin },
  });
  const answer = await operator.post(`/api/v1/services/${service}/restart`, { data: {} });
  expect(await answer.text()).toContain('"result":"done"');
  await operator.dispose();
}

for (const viewport of [
  { width: 1440, height: 900 },
  { width: 360, height: 640 },
]) {
  test(`says what is wrong, since when, and what changed before, ${viewport.width} px wide`, async ({ page }) => {
    await page.setViewportSize(viewport);
    const labels = ["project", "service"].map((name, index) => {
      const value = [project, "e2e-falls"][index];
      return ["--label", `com.docker.compose.${name}=${value}`];
    });
    const falls = "until [ -e /tmp/fall ]; do sleep 0.2; done; exit 3";
    const options = ["--network", "none", ...labels.flat(), "taylordash/base:trixie"];
    const id = (await docker("run", "-d", ...options, "sh", "-c", falls)).trim();
    try {
      await restart("node-exporter");
      await page.goto("/");
      const sentence = page.getByRole("heading", { level: 1 });
      await expect(sentence).toContainText(/All \d+ services are up/);
      await docker("exec", id, "touch", "/tmp/fall");
      await expect(sentence).toContainText("e2e-falls has failed");
      const line = page.locator("h1 + p");
      await expect(line).toContainText(/^exit code 3, for \d+ s, since \d\d:\d\d, by itself\./, { timeout: 10_000 });
      await expect(line).toContainText(/Before that, Node exporter was started at \d\d:\d\d by e2e-operator$/);
      await expectAccessible(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      // The first answer says the same, before any script runs.
      const html = await (await page.request.get("/")).text();
      expect(html).toContain("by itself");
      expect(html).toMatch(/was (<!-- -->)?started/);
      const { services } = await (await page.request.get("/api/v1/trouble")).json();
      expect(services).toMatchObject([{ service: "e2e-falls", status: "failed", cause: "itself", audit: null }]);
    } finally {
      await docker("rm", "-f", id);
    }
    await expect(page.getByRole("heading", { level: 1 })).toContainText(/All \d+ services are (healthy|up)/);
  });
}
