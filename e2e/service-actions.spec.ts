// What is done to services from the pages, on the real engine: a service of the tests' own, made as compose would.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type Page, request } from "@playwright/test";
import { container, docker, origin, project, sql } from "./stack.ts";
import { storageOf } from "./storage.ts";
import { expect, expectAccessible, test } from "./test.ts";
import { buildTools, toolsImage } from "./tools/small-stack.ts";

const service = "e2e-actions";
const title = "Actions under test";
const tag = `${project}-${service}:1`;
const stranger = `${project}-stranger`;
const base = "taylordash/base:trixie";
const images: string[] = [];

const label = (name: string, value: string) => ["--label", `${name}=${value}`];
const sleep = ["--restart", "unless-stopped", "--init", "--network", "none"];

const ids = async () => {
  const filters = [`label=com.docker.compose.project=${project}`, `label=com.docker.compose.service=${service}`];
  const out = await docker("ps", "-aq", "--no-trunc", ...filters.flatMap((filter) => ["--filter", filter]));
  return out.split("\n").filter(Boolean);
};
const inspect = async (format: string) =>
  (await docker("inspect", "-f", format, ...(await ids()))).trim().split("\n").filter(Boolean);

async function removeAll() {
  await docker("rm", "-f", stranger, ...(await ids()));
}

const run = (image: string) =>
  docker(
    ...["run", "-d", ...sleep, "--name", `${project}-${service}-1`, "--health-cmd", "true", "--health-interval", "1s"],
    ...label("com.docker.compose.project", project),
    ...label("com.docker.compose.service", service),
    ...label("com.docker.compose.oneoff", "False"),
    ...label("com.docker.compose.container-number", "1"),
    ...label("taylordash.title", title),
    ...label("taylordash.loss", "nobody tests"),
    ...label("taylordash.scale", "true"),
    ...[image, "sleep", "infinity"],
  );

test.beforeEach(async () => {
  await removeAll();
  await docker("tag", base, tag);
  await run(tag);
});
test.afterAll(async () => {
  await removeAll();
  await docker("rmi", "-f", tag, ...images);
});

/** Another image under the same tag, as a pull would leave it. */
async function moveTag(tag = `${project}-${service}:1`): Promise<string> {
  const made = (await docker("create", base)).trim();
  const id = (await docker("commit", "--change", `LABEL made=${Date.now()}`, made, tag)).trim();
  await docker("rm", made);
  images.push(id);
  return id;
}

async function open(browser: Browser, role: "viewer" | "operator" | "admin", path: string, isMobile: boolean) {
  const { viewport, hasTouch } = test.info().project.use;
  const context = await browser.newContext({
    ...{ baseURL: origin, ignoreHTTPSErrors: true, storageState: storageOf(role), isMobile },
    ...{ viewport: viewport ?? null, hasTouch: hasTouch ?? false },
  });
  const page = await context.newPage();
  await page.goto(path);
  return page;
}

const dialog = (page: Page) => page.getByRole("dialog");
const choose = (page: Page, name: string) => page.getByRole("checkbox", { name: `Choose ${name}`, exact: true });
const bar = (page: Page) => page.getByRole("region", { name: "Chosen services" });
const done = (page: Page, words: string) => expect(dialog(page)).toContainText(words, { timeout: 30_000 });

test("an admin recreates with the newer image that the list and the page point out", async ({ browser, isMobile }) => {
  const newer = await moveTag();
  const page = await open(browser, "admin", "/services", isMobile);
  const row = page.locator(`[data-service="${service}"]`);
  await expect(row).toContainText("A newer image is here");
  await page.goto(`/services/${service}`);
  await expect(page.getByRole("region", { name: "Made of" })).toContainText("A newer one is here");
  const [old] = await ids();
  await page.getByRole("button", { name: "Recreate with newer image" }).click();
  await expect(dialog(page)).toContainText("While it is away, nobody tests.");
  await expect(dialog(page)).toContainText("what it wrote outside its volumes is lost");
  await expectAccessible(page);
  await dialog(page).getByRole("button", { name: "Recreate with newer image" }).click();
  await done(page, "was recreated with the newer image");
  await expect(dialog(page)).toHaveAccessibleName(`${title} is recreated`);
  await expect(dialog(page)).toContainText("docker-guard has taken the order");
  expect(await inspect("{{.Image}}")).toEqual([newer]);
  expect(await ids()).not.toContain(old);
  await dialog(page).getByRole("button", { name: "Close" }).click();
  await expect(page.getByRole("button", { name: "Recreate", exact: true })).toBeVisible();
  await page.context().close();
});

test("an admin pulls what only the registry has, and recreates with it", { tag: "@desktop" }, async ({
  browser,
  isMobile,
}) => {
  test.setTimeout(180_000);
  const folder = await mkdtemp(join(tmpdir(), "registry-"));
  await buildTools({ state: folder });
  const settings = { version: "0.1", http: { addr: "0.0.0.0:5000" }, storage: { inmemory: {} } };
  await writeFile(join(folder, "config.yml"), JSON.stringify(settings));
  const registry = (
    await docker(
      ...["run", "-d", "--publish", "127.0.0.1::5000", "--volume", `${folder}/config.yml:/config.yml:ro`, toolsImage],
      ...["docker-registry", "serve", "/config.yml"],
    )
  ).trim();
  try {
    const reference = `${(await docker("port", registry, "5000")).split("\n")[0]}/web:1`;
    const first = await moveTag(reference);
    await docker("push", "-q", reference);
    await removeAll();
    await run(reference);
    const second = await moveTag(reference);
    await docker("push", "-q", reference);
    const digest = (await docker("inspect", "-f", "{{index .RepoDigests 0}}", second)).trim().split("@")[1];
    // The machine has not heard of it; the worker, who cannot reach this registry, would have written what it found.
    await docker("tag", first, reference);
    await docker("rmi", second);
    await sql(
      `insert into image_checks (reference, checked_at, digest, newer_tags) values ('${reference}', now(), '${digest}', '{}')
       on conflict (reference) do update set digest = excluded.digest, problem = null, checked_at = now()`,
    );
    await sql(`update sessions set auth_time = now() from users where users.id = user_id and users.name = 'e2e-admin'`);
    const page = await open(browser, "admin", `/services/${service}`, isMobile);
    await expect(page.getByRole("region", { name: "Made of" })).toContainText("The registry has a newer one");
    await page.getByRole("button", { name: "Recreate with newer image" }).click();
    await expect(dialog(page)).toContainText("has a newer image than this machine. It is pulled first");
    await expectAccessible(page);
    await dialog(page).getByRole("button", { name: "Pull and recreate" }).click();
    await done(page, `${reference} was pulled.`);
    await expect(dialog(page)).toContainText("Status: Downloaded newer image");
    await done(page, `${title} was recreated with the newer image.`);
    expect(await inspect("{{.Image}}")).toEqual([second]);
    await page.context().close();
  } finally {
    await docker("rm", "-f", "-v", registry);
    await rm(folder, { recursive: true });
  }
});

test("an operator scales up and down, and is told why not once the tag has moved", async ({ browser, isMobile }) => {
  const page = await open(browser, "operator", `/services/${service}`, isMobile);
  await expect(page.getByRole("button", { name: /^Recreate|^Stop/ })).toHaveCount(0);
  const scaleTo = async (count: string) => {
    await page.getByRole("button", { name: "Scale", exact: true }).click();
    await dialog(page).getByRole("spinbutton", { name: "Containers" }).fill(count);
    await dialog(page).getByRole("button", { name: "Scale", exact: true }).click();
  };
  await page.getByRole("button", { name: "Scale", exact: true }).click();
  for (const nonsense of ["0", "11", "1.5", ""]) {
    await dialog(page).getByRole("spinbutton").fill(nonsense);
    await expect(dialog(page).getByRole("button", { name: "Scale", exact: true })).toBeDisabled();
    await expect(dialog(page)).toContainText("Give a whole number from 1 to 10");
  }
  await page.keyboard.press("Escape");
  await scaleTo("2");
  await done(page, `${title} has 2 containers.`);
  await expect(dialog(page)).toHaveAccessibleName(`${title} is scaled`);
  expect(await inspect("{{.State.Health.Status}}")).toEqual(["healthy", "healthy"]);
  await page.keyboard.press("Escape");
  await expect(page.getByText(/2 of 2 containers run/)).toBeVisible();
  const list = await page.context().newPage();
  await list.goto("/services");
  const links = list.locator(`[data-service="${service}"]`).getByRole("link");
  await expect(links).toHaveCount(2);
  for (const number of [1, 2])
    await expect(list.getByRole("link", { name: `${title} container #${number}`, exact: true })).toBeVisible();
  await expectAccessible(list);
  await scaleTo("1");
  await done(page, `${title} has one container.`);
  expect(await ids()).toHaveLength(1);
  await expect(links).toHaveCount(1);
  await expect(links).toHaveAccessibleName(title);
  await page.keyboard.press("Escape");
  await moveTag();
  await page.reload();
  const scale = page.getByRole("button", { name: "Scale: Recreate it first: all its containers run one image" });
  await scale.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.context().close();
});

test("a viewer is offered nothing to do", { tag: "@desktop" }, async ({ browser, isMobile }) => {
  const page = await open(browser, "viewer", `/services/${service}`, isMobile);
  await expect(page.getByRole("heading", { name: "History" })).toBeVisible();
  await expect(page.getByRole("button", { name: /Start|Stop|Restart|Scale|Recreate/ })).toHaveCount(0);
  await page.goto("/services");
  await expect(page.locator("[data-service]").first()).toBeVisible();
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await page.context().close();
});

test("an admin stops several at once: what carries the portal is left alone and named", async ({
  browser,
  isMobile,
}) => {
  const page = await open(browser, "admin", "/services", isMobile);
  for (const name of [title, "Portal", "Edge"]) await choose(page, name).click();
  await expect(bar(page)).toContainText("3 chosen");
  await bar(page).getByRole("button", { name: "Stop" }).click();
  await expect(dialog(page)).toHaveAccessibleName("Stop 1 service?");
  await expect(dialog(page)).toContainText("Portal, protected");
  await expect(dialog(page)).toContainText("Edge, protected");
  await expect(dialog(page).getByRole("listitem").filter({ hasText: title })).toHaveText(
    `${title}: While it is away, nobody tests. It has no volume of its own; only what it holds in memory is lost.`,
  );
  await expect(dialog(page)).toContainText("No other service is known to use them");
  await expectAccessible(page);
  await dialog(page).getByRole("button", { name: "Stop 1 service" }).click();
  await done(page, `${title} is stopped.`);
  await expect(dialog(page)).toHaveAccessibleName("1 service is stopped");
  await dialog(page).getByRole("button", { name: "Close" }).click();
  expect(await inspect("{{.State.Status}}")).toEqual(["exited"]);
  for (const name of ["portal", "traefik"]) expect(await container(name)).toBeTruthy();
  await bar(page).getByRole("button", { name: "Choose none" }).click();
  await expect(bar(page)).toHaveCount(0);
  await page.context().close();
});

test("nothing can be agreed to before its loss is shown, and the buttons stay in sight however long it is", async ({
  browser,
  isMobile,
}) => {
  const page = await open(browser, "admin", "/services", isMobile);
  let answer = () => {};
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route(/\/api\/v1\/services\/[\w-]+$/, async (route) => {
    await asked;
    // A guard that is away cannot be made here.
    if (route.request().url().endsWith("/prometheus")) await route.abort();
    else await route.continue();
  });
  const names = ["Portal", "Edge", "Keycloak", "PostgreSQL", "Docker guard", title, "Alertmanager", "Mosquitto"];
  names.push("Node exporter", "Object store", "Prometheus", "Worker");
  for (const name of names) await choose(page, name).click();
  const chosen = names.length;
  await page.getByRole("searchbox", { name: "Filter services" }).fill(service);
  await expect(bar(page)).toContainText(`${chosen} chosen, ${chosen - 1} of them hidden by the filter`);
  await page.getByRole("searchbox", { name: "Filter services" }).fill("no such thing");
  await expect(bar(page)).toContainText(`${chosen} chosen, all hidden by the filter`);
  await bar(page).getByRole("button", { name: "Restart" }).click();
  const restart = dialog(page).getByRole("button", { name: `Restart ${chosen} services` });
  await expect(restart).toBeDisabled();
  await expect(restart).toBeInViewport({ ratio: 1 });
  await expect(restart).toHaveAccessibleDescription("Looking what they hold and who uses them");
  await restart.press("Enter");
  await expect(dialog(page)).toHaveAccessibleName(`Restart ${chosen} services?`);
  answer();
  await expect(restart).toBeEnabled();
  await expect(restart).toBeInViewport({ ratio: 1 });
  await expect(dialog(page).getByRole("listitem").last()).toContainText("Portal:");
  await expect(dialog(page).getByRole("listitem").filter({ hasText: "Prometheus:" })).toContainText(
    "What it holds and who uses it could not be found out.",
  );
  await expectAccessible(page);
  await page.context().close();
});

test("a service that does not run says why it cannot be recreated", { tag: "@desktop" }, async ({
  browser,
  isMobile,
}) => {
  await docker("stop", "-t", "0", ...(await ids()));
  const page = await open(browser, "admin", `/services/${service}`, isMobile);
  await expect(page.getByText("Scale and Recreate: Start it first.")).toBeVisible();
  await page.goto(`/logs?services=${service}`);
  await expect(page.getByText("Live, it does not run").locator("visible=true")).toBeVisible();
  await page.context().close();
});

test("an operator restarts and starts several, with a result each, and is not offered a stop", {
  tag: "@desktop",
}, async ({ browser, isMobile }) => {
  const page = await open(browser, "operator", "/services", isMobile);
  for (const name of [title, "Node exporter"]) await choose(page, name).click();
  await expect(bar(page).getByRole("button", { name: "Stop" })).toHaveCount(0);
  await bar(page).getByRole("button", { name: "Restart" }).click();
  await expect(dialog(page)).toContainText("Used by Prometheus");
  await dialog(page).getByRole("button", { name: "Restart 2 services" }).click();
  await done(page, `${title} was restarted.`);
  await done(page, "Node exporter was restarted.");
  await page.context().close();
});

test("the API refuses a bulk stop with a protected one among it, naming each, and touches none", {
  tag: "@desktop",
}, async () => {
  const admin = await request.newContext({
    ...{ baseURL: origin, ignoreHTTPSErrors: true, storageState: storageOf("admin") },
    extraHTTPHeaders: { origin },
  });
  const answer = await admin.post("/api/v1/services/stop", { data: { services: [service, "portal", "postgres"] } });
  expect(answer.status()).toBe(409);
  const { error } = await answer.json();
  expect(error).toMatchObject({ code: "protected-service", message: expect.stringContaining("Nothing was touched") });
  expect(error.details.services.map((each: { service: string }) => each.service)).toEqual(["portal", "postgres"]);
  expect(await inspect("{{.State.Status}}")).toEqual(["running"]);
  await admin.dispose();
});

test("shows the machine's other containers apart, read only, once somebody asks", async ({ browser, isMobile }) => {
  await docker("run", "-d", ...sleep, "--name", stranger, base, "sleep", "infinity");
  const page = await open(browser, "viewer", "/services", isMobile);
  const others = page.getByRole("list", { name: /^Other containers/ });
  await expect(others).toHaveCount(0);
  await page.getByText("Other containers on this machine").click();
  const ofNone = page.getByRole("list", { name: "Other containers, No project" });
  await expect(ofNone.getByRole("listitem").filter({ hasText: stranger })).toContainText(/Up /);
  await expect(others.getByText(`${project}-portal-1`)).toHaveCount(0);
  await expect(others.getByRole("button")).toHaveCount(0);
  await expectAccessible(page);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  // A machine without others, and one whose guard is away, cannot be made here.
  await page.route("**/api/v1/foreign-containers", (route) => route.fulfill({ json: { containers: [] } }));
  await page.reload();
  await page.getByText("Other containers on this machine").click();
  await expect(page.getByText("This machine runs no other container")).toBeVisible();
  const error = { code: "engine-unreachable", message: "docker-guard does not answer: connection refused" };
  await page.route("**/api/v1/foreign-containers", (route) => route.fulfill({ status: 404, json: { error } }));
  await page.reload();
  await page.getByText("Other containers on this machine").click();
  await expect(page.getByRole("alert").filter({ hasText: error.message })).toBeVisible();
  await page.context().close();
});
