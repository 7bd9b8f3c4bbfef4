// The tools' own pages stand behind the portal's session but know no protection against other sites: the portal's answer to
// the edge refuses what a browser was made to send. And methods that nothing here knows.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../http.ts";
import { type Browser, httpSignIn } from "../http-sign-in.ts";
import { makePerson } from "../people.ts";
import { origin, taylordash } from "../stack.ts";

let admin: Browser;
beforeAll(async () => {
  admin = await httpSignIn(await makePerson("tool-routes", "admin"));
});
afterAll(() => taylordash("user", "remove", "tool-routes", "--yes"));

describe("a write to a tool", () => {
  const write = (headers: Record<string, string>) =>
    admin.ask("/alertmanager/api/v2/silences", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: "{}",
    });
  it.each(["https://evil.example", "null", ""])("from the origin %o is refused", async (from) => {
    expect(await write(from ? { origin: from } : {})).toMatchObject({
      status: 403,
      body: expect.stringContaining("another site"),
    });
  });
  it("from the portal's own origin reaches it", async () => {
    expect(await write({ origin })).toMatchObject({ status: 422, body: expect.stringContaining("comment") });
  });
  it("is no read: those pass without an origin", async () => {
    expect((await admin.ask("/alertmanager/api/v2/status")).status).toBe(200);
  });
});

it.each(["/", "/api/v1/services"])("TRACE %s is a method nothing knows", async (path) => {
  expect((await ask(path, { method: "TRACE" })).status).toBe(405);
});

it("the WebSocket's address says what it is for", async () => {
  expect(await ask("/mqtt")).toMatchObject({ status: 426, body: "MQTT over WebSocket only.\n" });
});
