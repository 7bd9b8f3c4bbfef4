// PostgreSQL is away: every page says so in words, the log has the cause under the code the page was given, and nobody is
// told of a sign-out that did not happen.
import { chromium as browserType, expect as expectPage } from "@playwright/test";
import { expect, it } from "vitest";
import { eventually } from "../../lib/platform/test-daemons.ts";
import { ask } from "../http.ts";
import { httpSignIn } from "../http-sign-in.ts";
import { makePerson } from "../people.ts";
import { chromium, container, docker, origin, taylordash } from "../stack.ts";

const stateOf = async (id: string) => (await docker("inspect", "-f", "{{.State.Health.Status}}", id)).trim();

it("says that the database does not answer, keeps the session, and goes on by itself once it does", async () => {
  const { cookie } = await httpSignIn(await makePerson("database-away", "viewer"));
  const jar = cookie.split("; ").map((pair) => ({
    ...{ name: pair.slice(0, pair.indexOf("=")), value: pair.slice(pair.indexOf("=") + 1) },
    ...{ domain: "localhost", path: "/", secure: true, httpOnly: true, sameSite: "Lax" as const },
  }));
  const [postgres, portal] = [await container("postgres"), await container("portal")];
  const browser = await browserType.launch({ executablePath: chromium, args: ["--no-sandbox"] });
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  await context.addCookies(jar);
  const page = await context.newPage();
  const title = page.getByRole("heading", { level: 1 });
  await docker("stop", postgres);
  try {
    for (const path of ["/services", "/login"]) {
      await page.goto(`${origin}${path}`);
      await expectPage(title).toHaveText("The database does not answer");
    }
    const line = (await docker("logs", "--since", "1m", portal))
      .split("\n")
      .findLast((l) => l.includes("a page failed"));
    const told = { level: "warn", digest: "database-unreachable", path: "/login", requestId: expect.any(String) };
    expect(JSON.parse(line ?? "{}")).toMatchObject(told);
    expect(line).toMatch(
      /The database does not answer.*(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|onnection)/,
    );

    const api = await ask("/api/v1/services", { headers: { cookie } });
    expect([api.status, api.body]).toEqual([503, expect.stringContaining("database-unreachable")]);
    // Where the database is, is nothing for whoever holds no session.
    const stranger = await ask("/api/v1/services", { headers: { cookie: cookie.replace(/=[^;]{5}/, "=AAAAA") } });
    expect(stranger.body).not.toMatch(/\d+\.\d+\.\d+\.\d+|:5432|ECONN/);
    const form = { method: "POST", headers: { cookie, origin, accept: "text/html" } };
    expect((await ask("/api/sign-out", form)).headers.location).toBe("/login?error=SignOut");
    await page.goto(`${origin}/login?error=SignOut`);
    await expectPage(title).toHaveText("You are still signed in");
    await page.goto(`${origin}/services`);
    await expectPage(title).toHaveText("The database does not answer");
  } finally {
    await docker("start", postgres);
  }
  await eventually(async () => expect(await stateOf(postgres)).toBe("healthy"), 60_000);
  // Keycloak finds it too: Java would believe for 10 s that the name has no address.
  expect(await taylordash("user", "list")).toContain("database-away");
  await page.getByRole("button", { name: "Try again" }).click();
  await expectPage(title).toHaveText("Services", { timeout: 15_000 });
  await browser.close();
});
