// What does not exist from outside does not exist under another spelling either: the edge and the service behind it must
// read a path alike.
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { ca, httpsPort } from "../stack.ts";

/** A GET whose path is sent as it stands: no URL class tidies it up. */
const ask = (path: string) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const to = { host: "localhost", port: httpsPort, path, ca: ca(), agent: false };
    const asked = request(to, async (answer) => resolve({ status: answer.statusCode ?? 0, body: await text(answer) }));
    asked.on("error", reject);
    asked.end();
  });

describe("closed to the outside", () => {
  it.each([
    ...["/api/metrics", "/api/metrics/", "/api//metrics", "//api/metrics", "/api/./metrics", "/api/x/../metrics"],
    ...["/api/%6detrics", "/API/metrics", "/api/auth-check?role=admin", "/api/auth%2dcheck", "/api//auth-check"],
  ])("%s of the portal", async (path) => {
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body).not.toMatch(/# HELP|# TYPE/);
  });

  it.each([
    ...["/auth/admin/", "/auth//admin/", "/auth/realms/../admin/", "/auth/realms/%2e%2e/admin/", "/auth/%61dmin/"],
    ...["/auth/realms/..;/admin/", "/auth/realms/x;/../../admin/", "/auth/resources/../metrics", "/auth/health/ready"],
  ])("%s of Keycloak", async (path) => {
    const { status, body } = await ask(path);
    expect([400, 404]).toContain(status);
    expect(body).not.toMatch(/# HELP|<title>Keycloak Admin|"status": "UP"/);
  });
});
