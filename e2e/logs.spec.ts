// The page of logs, on containers that write what each test needs.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { get } from "node:https";
import type { Page } from "@playwright/test";
import { ca, container, docker, origin, project } from "./stack.ts";
import { storageOf } from "./storage.ts";
import { expect, expectAccessible, expectNoJump, test } from "./test.ts";

test.use({ storageState: storageOf("viewer") });

const image = "node:26.10.0-trixie-slim";
const made = new Set<string>();
/** Of one test: what earlier containers of a service wrote is kept, and would be shown. */
let service = "";
test.beforeEach(() => {
  service = `logspec-${randomUUID().slice(0, 8)}`;
});

/** Runs a program as a service of the stack; answers its container's id. */
async function run(program: string): Promise<string> {
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
  await run(counting(200));
  await page.goto("/logs");
  await expect(row(page, service).first()).toBeVisible();
  const times = await rows(page).locator("button").allTextContents();
  expect(times).toEqual([...times].sort());
  const last = await row(page, /line \d+/)
    .last()
    .textContent();
  await expect(row(page, /line \d+/).last()).not.toHaveText(last ?? "");
  await expect(page.getByRole("status").filter({ hasText: "Live", visible: true }).first()).toBeVisible();
});

test("an address with a name that no service has says so, and what is shown instead", async ({ page }) => {
  const said = page.getByRole("status").filter({ hasText: "There is no service" });
  await page.goto("/logs?service=nope");
  await expect(said).toHaveText("There is no service nope. Shown instead: all services.");
  await expect(rows(page).first()).toBeVisible();
  await expectAccessible(page);
  await page.goto("/logs?services=nope,postgres");
  await expect(said).toHaveText("There is no service nope. Shown instead: PostgreSQL.");
  await expect(page).toHaveURL(/services=nope,postgres/);
  await page.goto("/logs?service=postgres");
  await expect(rows(page).first()).toBeVisible();
  await expect(said).toHaveCount(0);
});

test("an address opens services, levels and a search", async ({ page }) => {
  await run(say("ERROR: one apple", "WARN: two apples", "INFO: three apples", "ERROR: a pear"));
  await page.goto(`/logs?services=${service}&level=error,warn&q=appl%28e%7Ces%29`);
  await expect(rows(page)).toHaveCount(2);
  await expect(page.locator(".log-mark").first()).toHaveText("apple");
  await page.getByRole("button", { name: "Warn" }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(page).toHaveURL(/level=error&/);
  await page.getByRole("searchbox", { name: /search/i }).fill("pear");
  await expect(row(page, "a pear")).toBeVisible();
  await expect(page).toHaveURL(/q=pear/);
  await page.getByRole("searchbox", { name: /search/i }).fill("no such fruit");
  await expect(page.getByText(/no line matches/i)).toBeVisible();
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await expect(rows(page)).toHaveCount(4);
});

test("a search can mark its matches among all lines, and the keys go from one to the next", async ({ page }) => {
  await run(say("one", "two", "three", "two again", "five"));
  await page.goto(`/logs?services=${service}&q=two&only=0`);
  await expect(rows(page)).toHaveCount(5);
  await expect(page.locator(".log-mark")).toHaveCount(2);
  await page.keyboard.press("n");
  await expect(page.locator("[data-current]")).toContainText(/two$/);
  await page.keyboard.press("n");
  await expect(page.locator("[data-current]")).toContainText("two again");
  await page.keyboard.press("N");
  await expect(page.locator("[data-current]")).toContainText(/two$/);
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: /search/i })).toBeFocused();
});

test("a search that cannot be run, or would run for ever, is refused in words", async ({ page }) => {
  await run(say(`${"a".repeat(60)}!`));
  await page.goto(`/logs?services=${service}&q=%28a`);
  await expect(page.getByText(/no regular expression/i)).toBeVisible();
  await page.goto(`/logs?services=${service}&q=%5E%28a%2B%29%2B%24`);
  await expect(page.getByText(/takes too long/i)).toBeVisible();
  expect((await page.request.get("/api/v1/session")).status()).toBe(200);
});

test("an expression that is still being typed keeps the lines of the last one, and says what is wrong", async ({
  page,
}) => {
  await run(say("apple one", "pear two"));
  await page.goto(`/logs?services=${service}&q=apple`);
  await expect(row(page, "apple one")).toBeVisible();
  const search = page.getByRole("searchbox", { name: /search/i });
  await search.fill("(pear");
  await expect(page.getByRole("alert").filter({ hasText: "No regular expression yet" })).toContainText(
    "unterminated group. The lines are still those of apple.",
  );
  await expect(row(page, "apple one")).toBeVisible();
  await expect(page.getByText("Stopped", { exact: true })).toHaveCount(0);
  await search.fill("(pear)");
  await expect(row(page, "pear two")).toBeVisible();
  await expect(row(page, "apple one")).toHaveCount(0);
  await expect(page.getByText("No regular expression yet")).toHaveCount(0);
});

test("a structured line says its message, and unfolds", async ({ page }) => {
  await run(say(JSON.stringify({ level: "error", msg: "payment failed", order: { id: 42 }, user: "ada" })));
  await page.goto(`/logs?services=${service}`);
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
    megabyte +
      say(
        "<img src=x onerror=alert(1)><script>alert(2)</script>",
        "\u202egpj.exe\u2066 zero\u200bwidth nul\0",
        "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x1b[0m \x1b]8;;https://elsewhere.example\x1b\\link\x1b]8;;\x1b\\",
        '{"msg":"<b>bold</b>","__proto__":{"x":1}}',
      ),
  );
  await page.goto(`/logs?services=${service}`);
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
  await run(`for (let n = 0; n < 300; n += 1) console.log("old " + n); ${counting(100)}`);
  await page.goto(`/logs?services=${service}`);
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

/** Reads a stream as a browser does, until it has enough; then the connection is cut without a word. */
async function stream(query: string, lastEventId: string | null, most: number) {
  const state = JSON.parse(readFileSync(storageOf("viewer"), "utf8")) as { cookies: { name: string; value: string }[] };
  const cookie = state.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const headers = { cookie, ...(lastEventId ? { "last-event-id": lastEventId } : {}) };
  const numbers: number[] = [];
  let id = lastEventId;
  const take = (event: string) => {
    id = /^id: (.+)$/m.exec(event)?.[1] ?? id;
    if (!/^event: lines$/m.test(event)) return;
    const lines = JSON.parse(/^data: (.+)$/m.exec(event)?.[1] ?? "[]") as [number, string, number, number, string][];
    numbers.push(...lines.map(([, , , , text]) => Number(text.split(" ")[1])));
  };
  await new Promise<void>((resolve, reject) => {
    const request = get(`${origin}/api/logs?${query}`, { ca: ca(), headers, agent: false }, (response) => {
      let rest = "";
      response.on("data", (chunk) => {
        const events = (rest + String(chunk)).split("\n\n");
        rest = events.pop() ?? "";
        for (const event of events) if (numbers.length < most) take(event);
        if (numbers.length < most) return;
        resolve();
        request.destroy();
      });
      response.on("error", reject);
    });
    request.on("error", reject);
  });
  return { numbers, id };
}

test("a connection that was cut for half a minute goes on without a gap and without a double", async () => {
  test.setTimeout(120_000);
  await run(counting(10));
  const first = await stream(`services=${service}`, null, 300);
  await new Promise((resolve) => setTimeout(resolve, 30_000));
  const second = await stream(`services=${service}`, first.id, 3_500);
  const all = [...first.numbers, ...second.numbers];
  expect(all).toEqual(all.map((_, index) => (all[0] ?? 0) + index));
});

test("the lines of a container can be read after it was recreated", async ({ page }) => {
  const old = await run(say("last words"));
  await page.goto(`/logs?services=${service}`);
  await expect(row(page, "last words")).toBeVisible();
  const worker = await container("worker");
  const kept = ["exec", worker, "grep", "-rqF", "--include", `*${service}*`, "last words", "/var/lib/taylordash/logs"];
  const isKept = () =>
    docker(...kept).then(
      () => true,
      () => false,
    );
  // The worker writes every five seconds.
  await expect.poll(isKept, { timeout: 30_000 }).toBe(true);
  await remove(old);
  await run(say("a new life"));
  await expect(row(page, "a new life")).toBeVisible();
  await page.goto(`/logs?services=${service}`);
  await expect(rows(page)).toHaveText([/last words/, /a new life/]);
  await row(page, "last words").click();
  await expect(page.getByText(/which is gone; its last lines were kept/)).toBeVisible();
});

test("a link leads to its line, wherever it is", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await run(`for (let n = 0; n < 2000; n += 1) console.log("line " + n); ${stay}`);
  await page.goto(`/logs?services=${service}`);
  await page.keyboard.press("g");
  await expect(rows(page).first()).toBeVisible();
  const text = /line \d+/.exec((await rows(page).nth(3).textContent()) ?? "")?.[0] ?? "";
  // By its words: older lines come in above it meanwhile.
  await row(page, new RegExp(`${text}$`)).click();
  await page.getByRole("button", { name: "Copy link" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  await page.goto(await page.evaluate(() => navigator.clipboard.readText()));
  await expect(page.locator("[data-current]")).toContainText(new RegExp(`${text}$`));
  await expect(page.locator("[data-current]")).toBeInViewport();
});

test("older lines come when one scrolls to the top", async ({ page }) => {
  await run(`for (let n = 0; n < 3000; n += 1) console.log("line " + n); ${stay}`);
  await page.goto(`/logs?services=${service}`);
  await expect(row(page, /line 2999$/)).toBeVisible();
  for (let round = 0; round < 6; round += 1) await page.keyboard.press("g");
  await expect(async () => {
    await page.keyboard.press("g");
    await expect(row(page, /line 0$/)).toBeInViewport({ timeout: 500 });
  }).toPass();
  await expect(page.getByText(/nothing older is kept/)).toBeVisible();
});

test("a range of the past ends, and downloads as text and JSON lines", async ({ page }) => {
  await run(say("\x1b[31mred\x1b[0m", '{"level":"warn","msg":"x"}'));
  await page.goto(`/logs?services=${service}`);
  await expect(rows(page)).toHaveCount(2);
  const until = new Date().toISOString();
  await page.goto(`/logs?services=${service}&since=1h&until=${encodeURIComponent(until)}`);
  await expect(rows(page)).toHaveCount(2);
  await expect(page.getByRole("status").filter({ hasText: "A range of the past" }).first()).toBeAttached();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    (async () => {
      await page.getByRole("button", { name: "Download" }).click();
      await page.getByRole("link", { name: "JSON lines" }).click();
    })(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^logspec-.*\.jsonl$/);
  const text = await (await page.request.get(`/api/v1/logs/download?services=${service}`)).text();
  expect(text).toMatch(/^\S+Z logspec\S+ red\n\S+Z logspec\S+ \{"level":"warn","msg":"x"\}\n$/);
  const lines = await (await page.request.get(`/api/v1/logs/download?services=${service}&format=jsonl`)).text();
  expect(
    lines
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).level),
  ).toEqual(["none", "warn"]);
});

test("what is asked for wrongly is refused, and nobody is told anything", async ({ page, playwright, baseURL }) => {
  for (const query of ["services=../x", "level=loud", "since=yesterday", "limit=0", "before=x", "q=(a"]) {
    expect((await page.request.get(`/api/v1/logs?${query}`)).status(), query).toBe(400);
  }
  const nobody = await playwright.request.newContext({
    ...(baseURL ? { baseURL } : {}),
    ignoreHTTPSErrors: true,
    storageState: { cookies: [], origins: [] },
  });
  for (const path of ["/api/logs", "/api/v1/logs", "/api/v1/logs/download"]) {
    expect((await nobody.get(path)).status(), path).toBe(401);
  }
  await nobody.dispose();
});

for (const scheme of ["light", "dark"] as const) {
  test(`is accessible and does not jump, ${scheme}`, async ({ page }) => {
    await run(say("\x1b[31mred\x1b[32mgreen\x1b[33myellow\x1b[94mblue\x1b[37mwhite\x1b[30mblack\x1b[0m", "ERROR x"));
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(`/logs?services=${service}`);
    await expect(row(page, "ERROR x")).toBeVisible();
    await expectAccessible(page);
    await expectNoJump(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    for (const name of [/^Services/, /^Time/, "Download"]) {
      await page.getByRole("button", { name }).first().click();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
    }
  });
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test("it opens at its end and follows, whatever the height of its lines", async ({ page }) => {
    await run(`for (let n = 0; n < 300; n += 1) console.log("long " + n + " word".repeat(n % 40)); ${counting(300)}`);
    await page.goto(`/logs?services=${service}`);
    await expect(row(page, /line \d+/).last()).toBeInViewport();
    // By then the list has scrolled itself for each of them.
    await expect(row(page, /line \d\d/).last()).toBeInViewport();
    await expect(page.getByRole("button", { name: /newest line|new lines/ })).toHaveCount(0);
    await expect(page.getByText("Live", { exact: true }).filter({ visible: true }).first()).toBeVisible();
  });

  test("lines are read, filtered and unfolded with a thumb", async ({ page }) => {
    const long = JSON.stringify({ level: "error", msg: "payment failed", detail: "a long word ".repeat(40) });
    await run(say("an ordinary line", long));
    await page.goto(`/logs?services=${service}`);
    await expect(rows(page)).toHaveCount(2);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Error", exact: true }).tap();
    await expect(rows(page)).toHaveCount(1);
    const box = await rows(page).first().boundingBox();
    expect(box?.width).toBeLessThanOrEqual(390);
    expect(box?.height).toBeLessThanOrEqual(140);
    await row(page, "payment failed").tap();
    await expect(page.getByRole("term").filter({ hasText: "detail" })).toBeVisible();
    await expectAccessible(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
