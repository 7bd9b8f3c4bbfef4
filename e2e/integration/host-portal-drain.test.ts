// `docker stop` of the portal with somebody at it: what was begun is answered, streams end as streams do, nothing is killed.
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { ask } from "../http.ts";
import { httpSignIn } from "../http-sign-in.ts";
import { makePerson } from "../people.ts";
import { ca, container, docker, origin } from "../stack.ts";

/** Begins a request; `answer` is its whole answer once it is over. */
function begin(path: string, cookie: string, method = "GET", headers: Record<string, string | number> = {}) {
  const asked = request(new URL(path, origin), { ca: ca(), agent: false, method, headers: { cookie, ...headers } });
  let body = "";
  const first = new Promise<IncomingMessage>((resolve, reject) => {
    asked.once("response", resolve).once("error", reject);
  });
  const answer = first.then(async (response) => {
    for await (const chunk of response.setEncoding("utf8")) body += chunk;
    return { status: response.statusCode, body, complete: response.complete };
  });
  return { asked, first, answer, read: () => body };
}

it("ends streams, answers what was begun, and is gone by itself", async () => {
  const { cookie } = await httpSignIn(await makePerson("drain", "operator"));
  const stream = begin("/api/events", cookie);
  stream.asked.end();
  await expect.poll(stream.read, { timeout: 20_000 }).toContain("event: snapshot");

  const text = JSON.stringify({ services: [] });
  const headers = {
    "content-type": "application/json",
    "content-length": text.length,
    "sec-fetch-site": "same-origin",
    origin,
  };
  const slow = begin("/api/v1/services/restart", cookie, "POST", headers);
  slow.asked.write(text.slice(0, 5));
  // It is at the portal, whose own log says so only once it is answered.
  await sleep(500);

  const portal = await container("portal");
  const stopped = docker("stop", portal);
  try {
    expect(await stream.answer).toMatchObject({ status: 200, complete: true });
    slow.asked.end(text.slice(5));
    const { status, body } = await slow.answer;
    expect([status, JSON.parse(body).error.message]).toEqual([400, expect.stringContaining("Name a service")]);
    await stopped;
    const state = JSON.parse(await docker("inspect", "--format", "{{json .State}}", portal));
    expect(state).toMatchObject({ Running: false, ExitCode: 0, OOMKilled: false });
  } finally {
    await stopped;
    await docker("start", portal);
  }
  const isBack = async () => (await ask("/api/v1/session", { headers: { cookie } })).status;
  await expect.poll(isBack, { timeout: 60_000, interval: 500 }).toBe(200);
});
