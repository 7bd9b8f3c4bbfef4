// The portal is down: what a person sees at its address is the edge's own page, which says so and comes back by itself.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { type Answer, ask } from "../http.ts";
import { container, docker } from "../stack.ts";

async function untilStatus(status: number): Promise<Answer> {
  for (;;) {
    const answer = await ask("/services");
    if (answer.status === status) return answer;
    await sleep(200);
  }
}

it("says that the portal does not answer, what to do, and when to try again", async () => {
  const portal = await container("portal");
  await docker("stop", portal);
  try {
    const { headers, body } = await untilStatus(503);
    expect(body).toContain("<h1>The portal does not answer</h1>");
    expect(body).toContain("./taylordash logs portal");
    expect(headers).toMatchObject({ "retry-after": "5", refresh: "5", "cache-control": "no-store" });
    expect(String(headers["content-security-policy"])).toMatch(/default-src 'none'.*frame-ancestors 'self'/);
    expect((await ask("/", { headers: { host: "elsewhere.example" } })).status).toBe(404);
  } finally {
    await docker("start", portal);
  }
  expect((await untilStatus(307)).headers.location).toMatch(/login/);
});
