// Signing in and out through the real Keycloak, and what is left of a session afterwards.
import { makePerson, signIn } from "./people.ts";
import { expect, expectAccessible, test } from "./test.ts";

const suffix = () => test.info().project.name;

test("nobody is sent to sign in, and back to where they wanted to go", async ({ page }) => {
  const person = await makePerson(`e2e-back-${suffix()}`, "viewer");
  await page.goto("/services?q=post");
  await expect(page).toHaveURL(/\/login\?/);
  await expectAccessible(page);
  await signIn(page, person, "/services?q=post");
  await expect(page).toHaveURL(/\/services\?q=post/);
});

test("a callback address of another site is not followed", async ({ page }) => {
  const person = await makePerson(`e2e-open-${suffix()}`, "viewer");
  await signIn(page, person, "/login?callbackUrl=https%3A%2F%2Felsewhere.example%2F");
  expect(new URL(page.url()).hostname).toBe("localhost");
});

test("somebody without a role learns so, and sees nothing else", async ({ page }) => {
  const person = await makePerson(`e2e-none-${suffix()}`, "none");
  await signIn(page, person);
  await expect(page.getByText(/no role/i).first()).toBeVisible();
  await expectAccessible(page);
  await expect(page.getByText("postgres", { exact: false })).toHaveCount(0);
  expect((await page.request.get("/api/v1/services")).status()).toBe(403);
});

test("a cookie kept from before sign-out opens nothing", async ({ page, context, browser }) => {
  const person = await makePerson(`e2e-replay-${suffix()}`, "admin");
  await signIn(page, person);
  await expect(page).toHaveURL(/\/services/);
  const kept = await context.storageState();
  const stream = await context.newPage();
  await stream.goto("/services");

  await page.getByRole("button", { name: new RegExp(person.name) }).click();
  await page.getByRole("menuitem", { name: /sign out/i }).click();
  await expect(page).toHaveURL(/\/login/);
  // The other tab's stream ends with the session.
  await expect(stream.getByRole("alert").filter({ hasText: "You have been signed out" })).toBeVisible();

  const replay = await browser.newContext({
    storageState: kept,
    ignoreHTTPSErrors: true,
    baseURL: new URL(page.url()).origin,
  });
  for (const path of ["/api/v1/services", "/api/events"]) {
    expect((await replay.request.get(path, { maxRedirects: 0 })).status(), path).toBe(401);
  }
  for (const path of ["/", "/services"]) {
    const answer = await replay.request.get(path, { maxRedirects: 0 });
    expect([302, 303, 307, 401], path).toContain(answer.status());
    expect(await answer.text(), path).not.toMatch(/postgres|keycloak is|healthy/i);
  }
  // Keycloak's own session is gone too: signing in again asks for the password.
  const again = await replay.newPage();
  await again.goto("/services");
  await again.getByRole("button", { name: /sign in/i }).click();
  await expect(again.getByRole("textbox", { name: /username/i })).toBeVisible();
  await replay.close();
});
