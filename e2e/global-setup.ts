// One real sign-in a role; the specs start from the kept cookies.
import { mkdirSync, writeFileSync } from "node:fs";
import { chromium as browserType } from "@playwright/test";
import { makePerson, signIn } from "./people.ts";
import { chromium, origin } from "./stack.ts";
import { nameOf, storageDir, storageOf } from "./storage.ts";

export default async function globalSetup() {
  mkdirSync(storageDir, { recursive: true, mode: 0o700 });
  const browser = await browserType.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });
  for (const role of ["viewer", "operator", "admin"] as const) {
    const person = await makePerson(nameOf(role), role);
    const context = await browser.newContext({ baseURL: origin, ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await signIn(page, person);
    await page.waitForURL(`${origin}/services`);
    writeFileSync(storageOf(role), JSON.stringify(await context.storageState()), { mode: 0o600 });
    await context.close();
  }
  await browser.close();
}
