// People of the tests, made by the real host command in the real Keycloak.
import { expect, type Page } from "@playwright/test";
import { TOTP, URI } from "otpauth";
import { taylordash } from "./stack.ts";

export type Role = "viewer" | "operator" | "admin";
export type Person = { name: string; password: string; otpauth: string };

/** Makes a person anew (an older one of that name is removed); without a role only Keycloak knows them. */
export async function makePerson(name: string, role: Role | "none", host = taylordash): Promise<Person> {
  const args = ["user", "add", name, ...(role === "none" ? ["--no-role"] : ["--role", role])];
  const add = () => host(...args, "--totp", "--permanent", "--json");
  const out = await add().catch(async () => {
    await host("user", "remove", name, "--yes");
    return add();
  });
  const { password, otpauth } = JSON.parse(out) as Person;
  return { name, password, otpauth };
}

/** Keycloak takes each code once, and already takes the `next` one: for whoever is asked twice in half a minute. */
export function oneTimeCode(person: Person, which: "now" | "next" = "now"): string {
  const totp = URI.parse(person.otpauth);
  if (!(totp instanceof TOTP)) throw new Error("not a TOTP address");
  return totp.generate({ timestamp: Date.now() + (which === "next" ? totp.period * 1_000 : 0) });
}

/** Goes through Keycloak's own pages, as a person would, until the portal shows. */
export async function signIn(page: Page, person: Person, path = "/services") {
  await page.goto(path);
  await page.getByRole("button", { name: /sign in/i }).click();
  await enterCredentials(page, person);
}

/** From the button that asks for the code to the page one comes back to. */
export async function giveCode(page: Page, person: Person) {
  await page.getByRole("link", { name: "Give the code" }).click();
  await expect(page).toHaveURL(/\/login\/confirm\?/);
  await page.getByRole("button", { name: "Give the code" }).click();
  await page.getByRole("textbox", { name: /one-time code/i }).fill(oneTimeCode(person, "next"));
  await page.getByRole("button", { name: /sign in/i }).click();
  await expect(page).toHaveURL((url) => !/^\/(auth|login)/.test(url.pathname));
  await page.waitForLoadState();
}

export async function enterCredentials(page: Page, person: Person) {
  await page.getByRole("textbox", { name: /username/i }).fill(person.name);
  await page.getByRole("textbox", { name: /^password/i }).fill(person.password);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.getByRole("textbox", { name: /one-time code/i }).fill(oneTimeCode(person));
  await page.getByRole("button", { name: /sign in/i }).click();
  await expect(page).toHaveURL((url) => !url.pathname.startsWith("/auth"));
  // What comes next is done to a page whose scripts are there.
  await page.waitForLoadState();
}
