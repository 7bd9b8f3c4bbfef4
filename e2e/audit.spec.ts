// The audit page: what there is, filtered, opened, taken away as a file, and proven.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { nameOf, storageOf } from "./storage.ts";
import { expect, expectAccessible, expectNoJump, test } from "./test.ts";

/** Each with the row that opens it, and the one that it opens. */
const entriesOf = (page: Page) =>
  page
    .getByRole("table", { name: /^Entries/ })
    .getByRole("rowgroup")
    .filter({ has: page.getByRole("button", { name: /^Everything of entry/ }) });

test.use({ storageState: storageOf("admin") });

test("filters by who, what, outcome and part of a name, and keeps it in the address", async ({ page, isMobile }) => {
  const viewer = nameOf("viewer");
  await page.goto("/audit");
  const entries = entriesOf(page);
  await expect(entries.first()).toBeVisible();
  if (isMobile) await page.getByRole("button", { name: "Filter" }).click();
  await page.getByRole("combobox", { name: "Action" }).selectOption("user.add");
  await expect(page).toHaveURL("/audit?action=user.add");
  await expect(entries.filter({ hasNotText: "user.add" })).toHaveCount(0);
  const target = page.getByRole("textbox", { name: "On what" });
  await target.pressSequentially(viewer.slice(0, -2).toUpperCase());
  await expect(page).toHaveURL(/target=E2E-[A-Z-]*VIEW/);
  await expect(entries.filter({ hasNotText: viewer })).toHaveCount(0);
  await expect(target).toBeFocused();
  await expect(target).toHaveValue(viewer.slice(0, -2).toUpperCase());
  await expect(entries.first()).toContainText("host");
  await page.reload();
  await expect(entries.filter({ hasNotText: viewer })).toHaveCount(0);
  await expect(entries).not.toHaveCount(0);
  await page.getByRole("combobox", { name: "Outcome" }).selectOption("unfinished");
  await expect(page.getByText("Nothing of that kind was done.")).toBeVisible();
  await page.getByRole("button", { name: "Clear" }).click();
  await expect(page).toHaveURL("/audit");
  await expect(target).toHaveValue("");
  await expect(entries.first()).toBeVisible();
});

test("keeps both days when the second is chosen before the first has shown", async ({ page, isMobile }) => {
  await page.goto("/audit");
  if (isMobile) await page.getByRole("button", { name: "Filter" }).click();
  await page.getByLabel("from this day, in UTC").fill("2026-01-02");
  await page.getByLabel("to this day, in UTC").fill("2026-01-03");
  await expect(page).toHaveURL("/audit?from=2026-01-02&to=2026-01-03");
});

test("says what is wrong with the days of an address, and lists nothing meanwhile", async ({ page }) => {
  for (const [query, words] of [
    ["from=2026-13-45", "“from” is not a date there is: 2026-13-45."],
    ["from=2026-05-05&to=2026-05-04", "“from” is after “to”: 2026-05-05 comes later than 2026-05-04."],
  ] as const) {
    await page.goto(`/audit?${query}`);
    await expect(page.getByRole("main").getByRole("alert")).toContainText(words);
    await expect(entriesOf(page)).toHaveCount(0);
    await expect(page.getByText("Nothing of that kind was done.")).toHaveCount(0);
    await expect(page.getByRole("link", { name: "CSV" })).toHaveCount(0);
    await expectAccessible(page);
    await page.getByRole("button", { name: "Clear" }).click();
    await expect(page).toHaveURL("/audit");
    await expect(entriesOf(page).first()).toBeVisible();
  }
  const answer = await page.request.get("/api/v1/audit?from=2026-05-05T00:00:00Z&to=2026-05-04T00:00:00Z");
  expect(answer.status()).toBe(400);
  expect((await answer.json()).error.message).toBe("“from” must be before “to”.");
});

test("has headings, seconds, and the day where it changes", async ({ page }) => {
  await page.goto("/audit");
  const table = page.getByRole("table", { name: /^Entries/ });
  await expect(table.getByRole("columnheader")).toHaveText([
    ...["When", "Who", "What", "On what", "Outcome", "Everything that was written"],
  ]);
  const times = entriesOf(page).getByRole("time");
  await expect(times.first()).toHaveText(/^\d{1,2} \w{3,4} \d{4}\d{2}:\d{2}:\d{2}$/);
  await expect(entriesOf(page).first().getByRole("cell").first()).toContainText(/\d{2}:\d{2}:\d{2}/);
  const written = await times.evaluateAll((all) =>
    all.map((each) => ({ at: each.getAttribute("datetime") ?? "", text: each.textContent ?? "" })),
  );
  const day = (at: string) => new Date(at).toDateString();
  for (const [index, { at, text }] of written.entries()) {
    const above = written[index - 1]?.at;
    expect(text, at).toMatch(above && day(above) === day(at) ? /^[\d:]{8}$/ : /20\d\d/);
  }
});

test("opens an entry with all that was written, and each has an address of its own", async ({ page }) => {
  await page.goto(`/audit?action=user.add&target=${nameOf("operator")}`);
  const first = entriesOf(page).first();
  await first.getByRole("button", { name: /^Everything of entry/ }).click();
  await expect(first.getByRole("definition").filter({ hasText: '"role": "operator"' }).first()).toBeVisible();
  await expect(first.getByRole("term").filter({ hasText: "Request" })).toBeVisible();
  await expectAccessible(page);
  await first.getByRole("link").click();
  await expect(page).toHaveURL(/\/audit\?entry=\d+$/);
  await expect(entriesOf(page)).toHaveCount(1);
  await expect(page.getByRole("term").filter({ hasText: "Begun" })).toBeVisible();
  await page.reload();
  await expect(page.getByRole("term").filter({ hasText: "Begun" })).toBeVisible();
});

test("has the trace of each request, and the session that a sign-in made", { tag: "@desktop" }, async ({ page }) => {
  const traceId = "0af7651916cd43dd8448eb211c80319c";
  const traced = { headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } };
  expect((await page.request.get("/api/v1/audit/export?format=csv&action=traced", traced)).status()).toBe(200);
  expect((await page.request.get("/api/v1/audit/export?format=csv&action=traced")).status()).toBe(200);
  type Found = { entries: { traceId: string; sessionId: string }[] };
  const find = async (query: string) =>
    ((await (await page.request.get(`/api/v1/audit?${query}`)).json()) as Found).entries;
  const [own, given] = await find("action=audit.export&limit=2");
  expect(given?.traceId).toMatch(/^[0-9a-f]{32}$/);
  expect([own, given].map((entry) => entry?.traceId)).toContain(traceId);
  expect(own?.traceId).not.toBe(given?.traceId);
  const [signIn] = await find(`action=session.create&outcome=done&actor=${nameOf("admin")}&limit=1`);
  expect(signIn?.sessionId).toMatch(/^[0-9a-f-]{36}$/);
  await page.goto(`/audit?action=session.create&outcome=done&actor=${nameOf("admin")}`);
  const first = entriesOf(page).first();
  await first.getByRole("button", { name: /^Everything of entry/ }).click();
  await expect(first.getByRole("term").filter({ hasText: "Trace" })).toBeVisible();
  await expect(first.getByRole("definition").filter({ hasText: signIn?.traceId })).toBeVisible();
  await expect(first.getByRole("definition").filter({ hasText: signIn?.sessionId })).toBeVisible();
});

test("goes back page by page, each entry once", { tag: "@desktop" }, async ({ page }) => {
  // Each export is an entry itself.
  for (let count = 0; count < 60; count += 1) {
    expect((await page.request.get("/api/v1/audit/export?format=csv&action=nothing")).status()).toBe(200);
  }
  await page.goto("/audit?action=audit.export");
  const entries = entriesOf(page);
  await expect(entries).toHaveCount(50);
  await page.getByRole("button", { name: "Older entries" }).click();
  await expect.poll(() => entries.count()).toBeGreaterThan(59);
  const seen = await page.request.get("/api/v1/audit?action=audit.export&limit=60");
  const ids = ((await seen.json()) as { entries: { id: string }[] }).entries.map(({ id }) => id);
  expect(new Set(ids).size).toBe(60);
});

test("goes out as CSV and JSON lines, filtered as the page is", { tag: "@desktop" }, async ({ page }) => {
  await page.goto("/audit?action=user.add&actor=host");
  const save = async (name: string) => {
    const waiting = page.waitForEvent("download");
    await page.getByRole("link", { name }).click();
    const download = await waiting;
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), "utf8") };
  };
  const csv = await save("CSV");
  expect(csv.name).toMatch(/^audit-\d{4}-\d\d-\d\d\.csv$/);
  const [head = "", ...lines] = csv.text.trimEnd().split("\r\n");
  expect(head).toMatch(/^id,at,finishedAt,actorKind,actorId,actor,action,target,outcome/);
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) expect(line).toContain(",host,user.add,");
  const json = await save("JSON lines");
  expect(json.name).toMatch(/\.jsonl$/);
  const entries = json.text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { action: string; actor: { name: string } });
  expect(entries).toHaveLength(lines.length);
  for (const { action, actor } of entries) expect([action, actor.name]).toEqual(["user.add", "host"]);
});

test("is proven whole", { tag: "@desktop" }, async ({ page }) => {
  test.setTimeout(150_000);
  await page.goto("/audit");
  // The worker seals every minute, and the stack may have just begun.
  const heads = async () => (await (await page.request.get("/api/v1/audit/verify")).json()).heads;
  await expect.poll(heads, { timeout: 90_000, intervals: [2_000] }).toBeGreaterThan(0);
  await page.getByRole("button", { name: "Verify" }).click();
  const dialog = page.getByRole("dialog", { name: "The trail is whole" });
  await expect(dialog).toContainText("It is as it was written.", { timeout: 20_000 });
  await expect(dialog).toContainText(/\d+ rows were read and compared with [1-9]\d* sealed heads/);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Close" }).click();
  await expect(dialog).toHaveCount(0);
});

for (const scheme of ["light", "dark"] as const) {
  test(`is accessible, fits, and does not jump, ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto("/audit");
    await expect(page.getByRole("table", { name: /^Entries/ })).toBeVisible();
    await expectAccessible(page);
    await expectNoJump(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
}
