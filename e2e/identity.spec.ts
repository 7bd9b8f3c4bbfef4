// People, sessions and API tokens through their pages: each change acts on the very next request of whom it concerns.
import type { Page } from "@playwright/test";
import { ask } from "./http.ts";
import { httpSignIn } from "./http-sign-in.ts";
import { enterCredentials, giveCode, makePerson, type Person, type Role, signIn } from "./people.ts";
import { origin, sql, taylordash } from "./stack.ts";
import { nameOf, storageOf } from "./storage.ts";
import { expectAccessible, expectNoJump, expect as inTime, test } from "./test.ts";

// Behind most of these stand a password that Keycloak hashes, and a list for which it is asked about each person.
const expect = inTime.configure({ timeout: 20_000 });
test.describe.configure({ timeout: 120_000 });

const named = (what: string) => `e2e-${what}-${test.info().project.name}`;
const person = (what: string, role: Role) => makePerson(named(what), role);
const rowOf = (page: Page, list: string, words: string) =>
  page.getByRole("list", { name: list, exact: true }).getByRole("listitem").filter({ hasText: words });

const asked = "You will be asked for your one-time code first";
/** As if the last one-time code had been given six minutes ago. */
const ageCode = ({ name }: Person) =>
  sql(`update sessions s set auth_time = now() - interval '6 minutes' from users u
       where u.id = s.user_id and u.name = '${name}'`);

test("adds somebody: the code is asked, the dialog is back as it was, the password shows once", async ({
  page,
  browser,
}) => {
  const admin = await person("adds", "admin");
  const name = named("added");
  await taylordash("user", "remove", name, "--yes").catch(() => undefined);
  await signIn(page, admin, "/people");
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Add somebody" }).click();
  await expect(dialog.getByRole("button", { name: "Add", exact: true })).toBeVisible();
  await expect(dialog.getByText(asked)).toHaveCount(0);
  await ageCode(admin);
  await page.reload();
  await page.getByRole("button", { name: "Add somebody" }).click();
  await expect(dialog.getByText(asked)).toBeVisible();
  const typed = dialog.getByRole("textbox", { name: /^Name/ });
  await typed.fill(name);
  await dialog.getByRole("textbox", { name: /^E-mail/ }).fill(`${name}@example.com`);
  await dialog.getByRole("radio", { name: /^operator/ }).check();
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText("one-time code again");
  await expect(dialog.getByText(asked)).toHaveCount(0);
  const addresses: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  await giveCode(page, admin);
  await expect(page).toHaveURL("/people");
  await expect(typed).toHaveValue(name);
  await expect(dialog.getByRole("textbox", { name: /^E-mail/ })).toHaveValue(`${name}@example.com`);
  await expect(dialog.getByRole("radio", { name: /^operator/ })).toBeChecked();
  expect(addresses.filter((address) => address.includes(name))).toEqual([]);
  await expectAccessible(page);

  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  const once = dialog.getByRole("textbox", { name: `One-time password of ${name}` });
  await expect(once).toHaveValue(/^\w{20}$/);
  const password = await once.inputValue();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(rowOf(page, "People", name)).toContainText("operator");
  await expect(rowOf(page, "People", name)).toContainText("No second factor yet");
  await page.reload();
  await expect(rowOf(page, "People", name)).toBeVisible();
  await expect(dialog).toHaveCount(0);
  expect(await page.content()).not.toContain(password);
  expect(await sql(`select count(*) from audit where audit::text like '%${password}%'`)).toBe("0");
  expect(
    await sql(`select actor_name from audit where action = 'user.add' and target = '${name}' order by id desc
    limit 1`),
  ).toBe(admin.name);

  const theirs = await (await browser.newContext({ baseURL: origin, ignoreHTTPSErrors: true })).newPage();
  await theirs.goto("/login");
  await theirs.getByRole("button", { name: "Sign in" }).click();
  await theirs.getByRole("textbox", { name: /username/i }).fill(name);
  await theirs.getByRole("textbox", { name: /^password/i }).fill(password);
  await theirs.getByRole("button", { name: /sign in/i }).click();
  await expect(theirs.getByRole("heading", { name: /authenticator setup/i })).toBeVisible();
  await theirs.context().close();
});

test("refuses a name that is taken or none, and says so beside it", async ({ page }) => {
  const admin = await person("taken", "admin");
  await signIn(page, admin, "/people");
  await page.getByRole("button", { name: "Add somebody" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /^Name/ }).fill("<b>no name</b>");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByText("A name is 1 to 63 lower-case letters")).toBeVisible();
  await dialog.getByRole("textbox", { name: /^Name/ }).fill(admin.name);
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await expect(dialog.getByRole("alert")).toContainText(`There is already a user ${admin.name}.`);
  // Nobody removes or disables themselves.
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: `Manage ${admin.name}`, exact: true }).click();
  await expect(dialog.getByRole("button", { name: "Reset password" })).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Remove" })).toHaveCount(0);
  await expect(dialog.getByRole("button", { name: "Disable" })).toHaveCount(0);
});

test("a page that is open when its reader's role changes is made anew, or says that there is none", {
  tag: "@desktop",
}, async ({ page }) => {
  const reader = await person("reader", "viewer");
  // The first change comes before the page's stream does, the second while it is open.
  const hold = Promise.withResolvers<void>();
  await page.route("**/api/events", (route) => hold.promise.then(() => route.continue()), { times: 1 });
  await signIn(page, reader, "/services");
  await expect(page.locator("[data-service]").first()).toBeVisible();
  await expect(page.getByRole("checkbox")).toHaveCount(0);
  await taylordash("user", "role", reader.name, "operator");
  hold.resolve();
  await expect(page.getByRole("checkbox").first()).toBeVisible();
  await taylordash("user", "role", reader.name, "none");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You have no role yet");
  await expect(page.locator("[data-service]")).toHaveCount(0);
});

test("a changed role, a reset, a disabled and a removed account act on the next request", { tag: "@desktop" }, async ({
  page,
}) => {
  const [admin, target] = [await person("manages", "admin"), await person("managed", "viewer")];
  const theirs = await httpSignIn(target);
  const restart = async () => (await theirs.write("POST", "/services/no-such-service/restart")).status;
  const signedIn = async () => (await theirs.ask("/api/v1/session")).status;
  expect(await restart()).toBe(403);
  await signIn(page, admin, "/people");
  const row = rowOf(page, "People", target.name);
  const dialog = page.getByRole("dialog");
  const manage = async (verb: string) => {
    await row.getByRole("button", { name: `Manage ${target.name}` }).click();
    await dialog.getByRole("button", { name: verb }).click();
    await expect(dialog.getByRole("heading")).toContainText(target.name);
    await dialog.getByRole("button", { name: verb }).click();
  };

  await row.getByRole("button", { name: `Manage ${target.name}` }).click();
  await dialog.getByRole("radio", { name: /^operator/ }).check();
  await dialog.getByRole("button", { name: "Change the role" }).click();
  await dialog.getByRole("button", { name: "Make operator" }).click();
  await expect(dialog).toBeHidden();
  expect(await restart()).toBe(404);
  await expect(row).toContainText("operator");

  const made = await theirs.write("POST", "/tokens", { name: "ci", role: "viewer", hours: 1 });
  const { secret } = JSON.parse(made.body) as { secret: string };
  const byToken = async () =>
    (await ask("/api/v1/services", { headers: { authorization: `Bearer ${secret}` } })).status;
  await manage("Reset password");
  const once = dialog.getByRole("textbox", { name: `One-time password of ${target.name}` });
  await expect(once).toHaveValue(/^\w{20}$/);
  expect(await once.inputValue()).not.toBe(target.password);
  expect(await signedIn()).toBe(401);
  expect(await byToken()).toBe(200);
  await dialog.getByRole("button", { name: "Done" }).click();

  await manage("Reset second factor");
  await expect(row).toContainText("No second factor yet");
  await manage("Disable");
  await expect(row).toContainText("Disabled");
  expect(await byToken()).toBe(401);
  await manage("Enable");
  await expect(row).not.toContainText("Disabled");
  expect(await byToken()).toBe(401);
  await manage("Remove");
  await expect(row).toHaveCount(0);
  const trail = await sql(`select string_agg(action, ' ' order by id) from audit
    where target = '${target.name}' and actor_name = '${admin.name}' and outcome = 'done'`);
  expect(trail).toContain("user.role user.reset-password user.reset-totp user.disable user.enable user.remove");
});

test("ends one's own other session, all others, and somebody else's, each with one click", async ({
  page,
  browser,
}) => {
  const [admin, other] = [await person("ends", "admin"), await person("ended-by-admin", "viewer")];
  await signIn(page, admin, "/sessions");
  const program = await httpSignIn(admin, "next");
  await page.reload();
  const own = page.getByRole("list", { name: "Your sessions" }).getByRole("listitem");
  await expect(own).toHaveCount(2);
  await expect(own.filter({ hasText: "This one" })).toContainText("active now");
  const place = (await own.allInnerTexts()).findIndex((text) => text.includes("A program"));
  await own.filter({ hasText: "A program" }).getByRole("button", { name: /^End/ }).click();
  await expect(page.getByRole("status").filter({ hasText: "Ended: A program." })).toBeVisible();
  // In its place until the page is opened anew: a second click there ends nothing else.
  const ended = own.nth(place).getByRole("button", { name: "Ended: A program" });
  await expect(ended).toHaveAttribute("aria-disabled", "true");
  await expect(ended).toBeFocused();
  await page.mouse.down();
  await page.mouse.up();
  await expect(own).toHaveCount(2);
  expect((await page.request.get("/api/v1/session")).status()).toBe(200);
  expect((await program.ask("/api/v1/session")).status).toBe(401);
  await expect(page.getByRole("button", { name: "End all but this one" })).toHaveCount(0);

  const context = await browser.newContext({ baseURL: origin, ignoreHTTPSErrors: true });
  const theirs = await context.newPage();
  await signIn(theirs, other, "/services?q=post");
  await page.reload();
  const newestEcho = () => sql("select max(expires_at) from logout_tokens");
  const before = await newestEcho();
  await rowOf(page, "Sessions of others", other.name).getByRole("button").click();
  await expect(page.getByRole("status").filter({ hasText: `Ended: ${other.name}` })).toBeVisible();
  await expect(rowOf(page, "Sessions of others", other.name).getByRole("button", { name: /^Ended/ })).toBeVisible();
  // One row a deed: Keycloak's echo of it is none.
  await expect.poll(newestEcho).not.toBe(before);
  const trail = `select string_agg(actor_name || ' ' || outcome, ', ' order by id) from audit
    where action = 'session.end' and target = '${other.name}' and at > now() - interval '1 minute'`;
  expect(await sql(trail)).toBe(`${admin.name} intent, ${admin.name} done`);
  const notice = theirs.getByRole("alert").filter({ hasText: "You have been signed out" });
  await expect(notice).toBeVisible({ timeout: 10_000 });
  await notice.getByRole("link", { name: "Sign in" }).click();
  await expect(theirs).toHaveURL(/\/login/);
  await theirs.waitForLoadState();
  await theirs.getByRole("button", { name: "Sign in" }).click();
  // Keycloak's session ended too: it asks for the password.
  await expect(theirs.getByRole("textbox", { name: /username/i })).toBeVisible();
  await context.close();
  await expectAccessible(page);
});

test("a token's secret shows once, opens what its role may, and nothing once revoked", { tag: "@desktop" }, async ({
  page,
}) => {
  const admin = await person("tokens", "admin");
  const name = `<i>ci</i> ${"long name ".repeat(4)}`.replace("</i>", "<i>").trim();
  await signIn(page, admin, "/sessions");
  await page.getByRole("button", { name: "Make a token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /^Name/ }).fill(name);
  await dialog.getByRole("combobox", { name: "Lives for" }).selectOption("7 days");
  await dialog.getByRole("button", { name: "Make", exact: true }).click();
  await expect(dialog.getByRole("textbox", { name: "Secret" })).toHaveValue(/^td_[\w-]{43}$/);
  const shown = dialog.getByRole("textbox", { name: "Secret" });
  const secret = await shown.inputValue();
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    // Whole: nothing of it is out of sight.
    const fits = await shown.evaluate((it) => it.scrollWidth <= it.clientWidth && it.scrollHeight <= it.clientHeight);
    expect(fits, `${width}`).toBe(true);
  }
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Done" }).click();
  const row = rowOf(page, "API tokens", name);
  await expect(row).toContainText("never used");
  await page.reload();
  expect(await page.content()).not.toContain(secret);

  const headers = { authorization: `Bearer ${secret}`, "content-type": "application/json" };
  expect((await ask("/api/v1/services", { headers })).status).toBe(200);
  expect((await ask("/api/v1/people", { headers })).status).toBe(403);
  const restart = { method: "POST", headers, body: "{}" };
  expect((await ask("/api/v1/services/no-such-service/restart", restart)).status).toBe(403);
  await page.reload();
  await expect(row).toContainText(/last used \d+ s ago from/);
  await row.getByRole("button", { name: /^Revoke/ }).click();
  await expect(dialog.getByRole("heading")).toContainText(name);
  await dialog.getByRole("button", { name: "Revoke" }).click();
  await expect(row).toHaveCount(0);
  expect((await ask("/api/v1/services", { headers })).status).toBe(401);
});

test("a token that may destroy wants the code first, lives a day, and its dialog comes back", {
  tag: "@desktop",
}, async ({ page }) => {
  const admin = await person("destroys", "admin");
  await signIn(page, admin, "/sessions");
  await ageCode(admin);
  await page.getByRole("button", { name: "Make a token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /^Name/ }).fill(named("nightly"));
  await expect(dialog.getByRole("checkbox")).toHaveCount(0);
  await dialog.getByRole("combobox", { name: "Role" }).selectOption("admin");
  await dialog.getByRole("checkbox").check();
  await expect(dialog.getByRole("combobox", { name: "Lives for" }).getByRole("option")).toHaveText(["1 day"]);
  await dialog.getByRole("button", { name: "Make", exact: true }).click();
  await giveCode(page, admin);
  await expect(page).toHaveURL("/sessions");
  await expect(dialog.getByRole("textbox", { name: /^Name/ })).toHaveValue(named("nightly"));
  await expect(dialog.getByRole("combobox", { name: "Role" })).toHaveValue("admin");
  await expect(dialog.getByRole("checkbox")).toBeChecked();
  await dialog.getByRole("button", { name: "Make", exact: true }).click();
  const secret = await dialog.getByRole("textbox", { name: "Secret" }).inputValue();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(rowOf(page, "API tokens", named("nightly"))).toContainText("admin, may destroy");
  const { body } = await ask("/api/v1/tokens", { headers: { authorization: `Bearer ${secret}` } });
  const [token] = (JSON.parse(body) as { tokens: { createdAt: string; expiresAt: string }[] }).tokens;
  expect(Date.parse(token?.expiresAt ?? "") - Date.parse(token?.createdAt ?? "")).toBe(24 * 3_600_000);
});

test("a question about a service comes back after the code too", { tag: "@desktop" }, async ({ page }) => {
  const admin = await person("asks-again", "admin");
  await signIn(page, admin, "/services/mosquitto");
  const dialog = page.getByRole("dialog", { name: "Stop Mosquitto?" });
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(dialog).toBeVisible();
  await expect(dialog.getByText(asked)).toHaveCount(0);
  await ageCode(admin);
  await page.reload();
  await page.getByRole("button", { name: "Restart", exact: true }).click();
  await expect(page.getByRole("dialog", { name: "Restart Mosquitto?" })).toBeVisible();
  await expect(page.getByText(asked)).toHaveCount(0);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Stop", exact: true }).click();
  await expect(dialog.getByText(asked)).toBeVisible();
  await dialog.getByRole("button", { name: "Stop", exact: true }).click();
  await giveCode(page, admin);
  await expect(page).toHaveURL("/services/mosquitto");
  await expect(dialog).toBeVisible();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await page.reload();
  await expect(page.getByRole("button", { name: "Stop", exact: true })).toBeVisible();
  await expect(dialog).toHaveCount(0);
});

test("what one person typed is not shown to the next", { tag: "@desktop" }, async ({ page, context }) => {
  const [admin, next] = [await person("leaves", "admin"), await person("comes", "admin")];
  await signIn(page, admin, "/people");
  await ageCode(admin);
  await page.getByRole("button", { name: "Add somebody" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /^Name/ }).fill("somebody");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.getByRole("link", { name: "Give the code" }).click();
  await expect(page).toHaveURL(/\/login\/confirm/);
  await context.clearCookies();
  await page.goto("/people");
  await page.getByRole("button", { name: "Sign in" }).click();
  await enterCredentials(page, next);
  await expect(page).toHaveURL("/people");
  await expect(rowOf(page, "People", next.name)).toBeVisible();
  await expect(dialog).toHaveCount(0);
});

test.describe("a viewer", () => {
  test.use({ storageState: storageOf("viewer") });

  test("sees their own sessions and tokens, no people, and is told why; it is in the audit", async ({ page }) => {
    await page.goto("/sessions");
    await expect(page.getByRole("heading", { name: "Yours" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "Of others" })).toHaveCount(0);
    await expect(page.getByRole("navigation").getByRole("link", { name: "People" })).toHaveCount(0);
    await page.getByRole("button", { name: "Make a token" }).click();
    await expect(page.getByRole("combobox", { name: "Role" }).getByRole("option")).toHaveText(["viewer"]);
    await expect(page.getByRole("checkbox")).toHaveCount(0);

    expect((await page.goto("/people"))?.status()).toBe(403);
    await expect(page.getByRole("heading", { name: "This page is for admins" })).toBeVisible();
    await expectAccessible(page);
    const people = await page.request.get("/api/v1/people");
    expect(people.status()).toBe(403);
    expect((await people.json()).error.message).toBe("The role viewer may not do this.");
    const others = await page.request.get("/api/v1/sessions?everybody=true");
    expect(others.status()).toBe(403);
    await page.goto(`/audit?actor=${nameOf("viewer")}&action=access.refuse`);
    const entries = page.getByRole("table", { name: /^Entries/ });
    for (const target of ["page /people", "GET /people", "GET /sessions"]) {
      await expect(entries.getByText(target, { exact: true }).first()).toBeVisible();
    }
  });
});

test.describe("looks", () => {
  test.use({ storageState: storageOf("admin") });

  for (const scheme of ["light", "dark"] as const) {
    test(`people and sessions are accessible, fit, and do not jump, ${scheme}`, async ({ page }) => {
      await makePerson(`e2e-${"long-name-".repeat(5)}${scheme}`, "viewer");
      await page.emulateMedia({ colorScheme: scheme });
      for (const [path, button] of [
        ["/people", "Add somebody"],
        ["/sessions", "Make a token"],
      ] as const) {
        await page.goto(path);
        await expect(
          page
            .getByRole("listitem")
            .filter({ hasText: nameOf("admin") })
            .or(page.getByText("This one")),
        ).not.toHaveCount(0);
        await expectNoJump(page);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow).toBeLessThanOrEqual(0);
        await expectAccessible(page);
        await page.getByRole("button", { name: button }).click();
        await expect(page.getByRole("dialog")).toBeVisible();
        await expectAccessible(page);
      }
    });
  }
});
