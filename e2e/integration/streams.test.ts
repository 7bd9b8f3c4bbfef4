// Viewers who leave before, while and after their stream opens: none of them stays behind in the portal.
import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { ask } from "../http.ts";
import { httpSignIn } from "../http-sign-in.ts";
import { openStreams } from "../open-streams.ts";
import { makePerson } from "../people.ts";
import { ca, origin } from "../stack.ts";

/** Opens a stream and hangs up after a while, or when told to, whether it was answered or not. */
function visit(path: string, cookie: string, until: number | Promise<void>): Promise<void> {
  const asked = request(new URL(path, origin), { ca: ca(), agent: false, headers: { cookie } }, (answer) => {
    answer.on("error", () => undefined);
    answer.resume();
  });
  const gone = new Promise<void>((resolve) => {
    asked.on("error", () => undefined);
    asked.on("close", () => resolve());
  });
  asked.end();
  void (typeof until === "number" ? sleep(until) : until).then(() => asked.destroy());
  return gone;
}

it("no stream stays open after 200 visits, however short", async () => {
  const { cookie } = await httpSignIn(await makePerson("streams", "viewer"));
  expect((await ask("/api/v1/session", { headers: { cookie } })).status).toBe(200);
  const before = await openStreams();
  for (let visits = 0; visits < 200; visits += 4) {
    const paths = ["/api/events", "/api/stats?services=all", "/api/events", "/api/logs?services=portal"];
    await Promise.all(paths.map((path, index) => visit(path, cookie, (visits * 3 + index * 11) % 90)));
  }
  const seen = Promise.withResolvers<void>();
  const stays = visit("/api/events", cookie, seen.promise);
  await expect.poll(openStreams, { timeout: 20_000 }).toBeGreaterThan(before);
  seen.resolve();
  await stays;
  await expect.poll(openStreams, { timeout: 20_000 }).toBe(before);
});
