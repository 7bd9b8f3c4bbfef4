// What the API does with a request's form, whatever it asks for.
import { afterAll, beforeAll, expect, it } from "vitest";
import { ask } from "../http.ts";
import { type Browser, httpSignIn } from "../http-sign-in.ts";
import { makePerson } from "../people.ts";
import { origin, sql, taylordash } from "../stack.ts";

let admin: Browser;
beforeAll(async () => {
  admin = await httpSignIn(await makePerson("api-input", "admin"));
});
afterAll(() => taylordash("user", "remove", "api-input", "--yes"));

it("a body beyond 256 KiB is refused with words, announced or in chunks", async () => {
  const headers = {
    cookie: admin.cookie,
    origin,
    "sec-fetch-site": "same-origin",
    "content-type": "application/json",
  };
  const body = JSON.stringify({ name: "x".repeat(2_000 * 1024) });
  const ways: Record<string, string>[] = [
    { "content-length": String(body.length) },
    { "transfer-encoding": "chunked" },
  ];
  for (const how of ways) {
    const answer = await ask("/api/v1/tokens", { method: "POST", headers: { ...headers, ...how }, body });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      413,
      { error: expect.objectContaining({ code: "too-large", message: "The request is larger than 256 KiB." }) },
    ]);
  }
});
it("what an endpoint does not know is refused, with its name and those known", async () => {
  const headers = { cookie: admin.cookie, origin, "sec-fetch-site": "same-origin" };
  const get = async (path: string) => ask(path, { headers });
  const wrong: [string, RegExp][] = [
    ["/api/v1/logs/download?service=portal", /“service”.*“services”/],
    ["/api/v1/services?nonsense=1", /“nonsense”.*none here/],
    ["/api/v1/audit?actor=a&actor=b", /“actor” is there more than once/],
    ["/api/events?after=1", /“after”.*none here/],
    ["/api/logs?service=portal", /“service”.*“services”/],
    ["/api/stats", /“services” is missing/],
    ["/api/stats?service=portal", /“service”.*“services”/],
  ];
  for (const [path, words] of wrong) {
    const { status, body } = await get(path);
    expect([status, JSON.parse(body).error.message], path).toEqual([400, expect.stringMatching(words)]);
  }
  const post = async (path: string, body: unknown) =>
    ask(`/api/v1${path}`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const token = { name: "census unknown", role: "admin", hours: 1 };
  const made = await post("/tokens", { ...token, mayDestroy: true });
  expect([made.status, made.body]).toEqual([400, expect.stringMatching(/“mayDestroy”.*“destructive”/)]);
  expect(await sql("select count(*) from tokens where name = 'census unknown'")).toBe("0");
  const full = await post("/session/extend", { minutes: 5 });
  expect([full.status, full.body]).toEqual([400, expect.stringContaining("This takes no body")]);
  expect((await post("/session/extend", {})).status).toBe(200);
  const lower = await post("/tokens", { ...token, role: "viewer", destructive: true });
  expect([lower.status, lower.body]).toEqual([400, expect.stringContaining("Only a token with the role admin")]);
});
it("HEAD of the audit's export takes nothing out, and leaves no row", async () => {
  const exports = () => sql("select count(*) from audit where action = 'audit.export'");
  const before = await exports();
  const headers = { cookie: admin.cookie };
  const { status } = await ask("/api/v1/audit/export?format=csv", { method: "HEAD", headers });
  expect([status, await exports()]).toEqual([200, before]);
  await ask("/api/v1/audit/export?format=csv", { headers });
  expect(await exports()).not.toBe(before);
});
