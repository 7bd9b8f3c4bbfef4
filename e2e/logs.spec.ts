// The page of logs, on containers that write what each test needs.
import type { Page } from "@playwright/test";
import { docker, project } from "./stack.ts";
import { storageOf } from "./storage.ts";
import { expect, expectAccessible, test } from "./test.ts";

test.use({ storageState: storageOf("viewer") });

const image = "node:26.10.0-trixie-slim";
const made = new Set<string>();

/** Runs a program as a service of the stack; answers its container's id. */
async function run(service: string, program: string): Promise<string> {
  const labels = [`com.docker.compose.project=${project}`, `com.docker.compose.service=${service}`];
  const flags = [...labels, "com.docker.compose.oneoff=False"].flatMap((label) => ["--label", label]);
  const id = (await docker("run", "-d", "--init", "--network", "none", ...flags, image, "node", "-e", program)).trim();
  made.add(id);
  return id;
}

async function remove(id: string) {
  made.delete(id);
  await docker("rm", "-f", id);
}

test.afterEach(async () => {
  for (const id of [...made]) await remove(id);
});

const stay = "setInterval(() => {}, 1e6);";
const say = (...lines: string[]) => `for (const line of ${JSON.stringify(lines)}) console.log(line); ${stay}`;
const counting = (everyMs: number) => `let n = 0; setInterval(() => console.log("line " + n++), ${everyMs});`;

const rows = (page: Page) => page.locator(".log-row");
const row = (page: Page, text: string | RegExp) => rows(page).filter({ hasText: text });
const list = (page: Page) => page.getByRole("region", { name: "Lines of the log" });

test("shows the whole stack in one order of time, and goes on by itself", async ({ page }) => {
  await run("logspec", counting(200));
  await page.goto("/logs");
  await expect(row(page, "logspec").first()).toBeVisible();
  const times = await rows(page).locator("button").allTextContents();
  expect(times).toEqual([...times].sort());
  const last = await row(page, /line \d+/)
    .last()
    .textContent();
  await expect(row(page, /line \d+/).last()).not.toHaveText(last ?? "");
  await expect(page.getByRole("status").filter({ hasText: "Live", visible: true }).first()).toBeVisible();
});

test("a search that cannot be run, or would run for ever, is refused in words", async ({ page }) => {
  await run("logspec", say(`${"a".repeat(60)}!`));
  await page.goto("/logs?services=logspec&q=%28a");
  await expect(page.getByText(/no regular expression/i)).toBeVisible();
  await page.goto("/logs?services=logspec&q=%5E%28a%2B%29%2B%24");
  await expect(page.getByText(/takes too long/i)).toBeVisible();
  expect((await page.request.get("/api/v1/session")).status()).toBe(200);
});

test("a structured line says its message, and unfolds", async ({ page }) => {
  await run("logspec", say(JSON.stringify({ level: "error", msg: "payment failed", order: { id: 42 }, user: "ada" })));
  await page.goto("/logs?services=logspec");
  const line = row(page, "payment failed");
  await expect(line).toContainText(/error/);
  await line.click();
  await expect(page.getByRole("term").filter({ hasText: "user" })).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: '{"id":42}' })).toBeVisible();
  await expectAccessible(page);
  await line.getByRole("button", { expanded: true }).click();
  await expect(page.getByRole("term")).toHaveCount(0);
});

test("hostile lines are shown and do nothing", async ({ page }) => {
  page.on("dialog", (dialog) => {
    throw new Error(`a dialog opened: ${dialog.message()}`);
  });
  const megabyte = `console.log("x".repeat(1048576));`;
  await run(
    "logspec",
    megabyte +
      say(
        "<img src=x onerror=alert(1)><script>alert(2)</script>",
        "\u202egpj.exe\u2066 zero\u200bwidth nul\0",
        "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x1b[0m \x1b]8;;https://elsewhere.example\x1b\\link\x1b]8;;\x1b\\",
        '{"msg":"<b>bold</b>","__proto__":{"x":1}}',
      ),
  );
  await page.goto("/logs?services=logspec");
  await expect(row(page, "<img src=x onerror=alert(1)><script>alert(2)</script>")).toBeVisible();
  await expect(row(page, "<b>bold</b>")).toBeVisible();
  await expect(row(page, /^.*red link$/)).toBeVisible();
  const text = (await list(page).textContent()) ?? "";
  expect(text).not.toMatch(/[\p{Cc}\u200b\u202a-\u202e\u2066-\u2069]/u);
  expect(await list(page).locator("img, script, a, b").count()).toBe(0);
  await row(page, /x{100}/)
    .first()
    .click();
  await expect(page.getByText(/cut after 16 KiB of 1,048,576 bytes/i)).toBeVisible();
});

test("scrolling up holds the page still; a button leads back to the newest line", async ({ page }) => {
  await run("logspec", `for (let n = 0; n < 300; n += 1) console.log("old " + n); ${counting(100)}`);
  await page.goto("/logs?services=logspec");
  await expect(row(page, /line \d+/).last()).toBeVisible();
  await list(page).hover();
  await page.mouse.wheel(0, -2_000);
  const back = page.getByRole("button", { name: /new line/ });
  await expect(back).toContainText(/[2-9]\d* new lines/);
  const held = await rows(page).nth(5).textContent();
  await expect(back).toContainText(/\d\d new lines/);
  expect(await rows(page).nth(5).textContent()).toBe(held);
  await back.click();
  await expect(back).toHaveCount(0);
  await expect(row(page, /line \d+/).last()).toBeInViewport();
  await page.keyboard.press("g");
  await expect(row(page, "old 0").first()).toBeInViewport();
  await page.keyboard.press("Shift+G");
  await expect(back).toHaveCount(0);
});

test("the lines of a container can be read after it was recreated", async ({ page }) => {
  const old = await run("logspec", say("last words"));
  await page.goto("/logs?services=logspec");
  await expect(row(page, "last words")).toBeVisible();
  // The worker writes what it keeps once a second.
  await page.waitForTimeout(3_000);
  await remove(old);
  await run("logspec", say("a new life"));
  await expect(row(page, "a new life")).toBeVisible();
  await page.goto("/logs?services=logspec");
  await expect(rows(page)).toHaveText([/last words/, /a new life/]);
  await row(page, "last words").click();
  await expect(page.getByText(/which is gone; its last lines were kept/)).toBeVisible();
});

test("a link leads to its line, wherever it is", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await run("logspec", `for (let n = 0; n < 2000; n += 1) console.log("line " + n); ${stay}`);
  await page.goto("/logs?services=logspec");
  await page.keyboard.press("g");
  await expect(rows(page).first()).toBeVisible();
  const line = rows(page).nth(3);
  const text = /line \d+/.exec((await line.textContent()) ?? "")?.[0] ?? "";
  await line.click();
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  await page.goto(await page.evaluate(() => navigator.clipboard.readText()));
  await expect(page.locator("[data-current]")).toContainText(new RegExp(`${text}$`));
  await expect(page.locator("[data-current]")).toBeInViewport();
});
