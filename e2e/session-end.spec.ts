// The end of a session: warned of in time, put off by a person alone, and come back from without losing the place.
import type { Page } from "@playwright/test";
import { giveCode, makePerson, oneTimeCode, type Person, signIn } from "./people.ts";
import { sql } from "./stack.ts";
import { expect, expectAccessible, test } from "./test.ts";

const place = "/audit?actor=host&outcome=done";
const person = (what: string) => makePerson(`e2e-${what}-${test.info().project.name}`, "viewer");

/** Sets the clock of a person's session; answers nothing. */
const set = ({ name }: Person, change: string) =>
  sql(`update sessions s set ${change} from users u
       where u.id = s.user_id and u.name = '${name}' and s.revoked_at is null`);
const idleSeconds = async ({ name }: Person) =>
  Number(
    await sql(`select extract(epoch from now() - s.last_seen_at)::int from sessions s join users u on u.id = s.user_id
               where u.name = '${name}' and s.revoked_at is null`),
  );
/** Coming back to the tab makes the page ask at once how much is left. */
async function comeBack(page: Page) {
  const asked = page.waitForResponse("**/api/v1/session/state");
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await asked;
}
/** To a page that hears of that: the stream and the warning begin with the same effects. */
async function enter(page: Page, one: Person) {
  const live = page.waitForRequest("**/api/events");
  await signIn(page, one, place);
  await live;
}

test("warns before the idle time is over; polling does not count, staying does", async ({ page }) => {
  const one = await person("idles");
  await enter(page, one);
  const dialog = page.getByRole("dialog", { name: /^You will be signed out in \d+ s$/ });
  await expect(page.getByRole("table", { name: /^Entries/ })).toBeVisible();
  await comeBack(page);
  await expect(dialog).toHaveCount(0);
  await set(one, "last_seen_at = now() - interval '14 minutes 5 seconds'");
  await comeBack(page);
  await expect(dialog).toBeVisible();
  await expectAccessible(page);
  // What a page asks for by itself, and what the router fetches ahead.
  for (const path of ["/api/v1/services", "/api/v1/session/state", "/api/v1/services/postgres/history"]) {
    expect((await page.request.get(path)).status(), path).toBe(200);
  }
  const ahead = { rsc: "1", "next-router-prefetch": "1" };
  expect((await page.request.get("/services?_rsc=1", { headers: ahead })).status()).toBe(200);
  expect(await idleSeconds(one)).toBeGreaterThan(840);
  await dialog.getByRole("button", { name: "Stay signed in" }).click();
  await expect(dialog).toHaveCount(0);
  await expect.poll(() => idleSeconds(one)).toBeLessThan(60);
  await expect(page).toHaveURL(place);
});

test("over, it says so; place and filters are there again after signing in", async ({ page }) => {
  const one = await person("idled");
  await signIn(page, one, place);
  await expect(page.getByRole("table", { name: /^Entries/ })).toBeVisible();
  await set(one, "last_seen_at = now() - interval '15 minutes 1 second'");
  const notice = page.getByRole("alert").filter({ hasText: "You have been signed out" });
  await expect(notice).toBeVisible({ timeout: 10_000 });
  await notice.getByRole("link", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/login/);
  await page.waitForLoadState();
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("textbox", { name: /one-time code/i }).fill(oneTimeCode(one, "next"));
  await page.getByRole("button", { name: /sign in/i }).click();
  await expect(page).toHaveURL(place);
  await expect(page.getByRole("combobox", { name: "Who" })).toHaveValue("host");
  await expect(page.getByRole("combobox", { name: "Outcome" })).toHaveValue("done");
});

test("the 8 hours are warned of minutes before; a code begins a new session in the same place", {
  tag: "@desktop",
}, async ({ page }) => {
  const one = await person("works-long");
  await enter(page, one);
  await expect(page.getByRole("table", { name: /^Entries/ })).toBeVisible();
  await set(one, "expires_at = now() + interval '4 minutes 30 seconds'");
  await comeBack(page);
  const dialog = page.getByRole("dialog", { name: /^You will be signed out in [34] min$/ });
  await expect(dialog).toContainText("8 hours at most");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Close" }).click();
  await comeBack(page);
  await expect(dialog).toHaveCount(0);
  const asked = page.waitForResponse("**/api/v1/session/state");
  await page.reload();
  await asked;
  await expect(dialog).toBeVisible();
  await giveCode(page, one);
  await expect(page).toHaveURL(place);
  const { secondsLeft } = await (await page.request.get("/api/v1/session/state")).json();
  expect(secondsLeft).toBeGreaterThan(7 * 3_600);
});
