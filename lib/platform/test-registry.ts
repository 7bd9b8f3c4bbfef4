// A stand-in for an image registry: as much of the OCI distribution protocol as the engine's push and our questions need.
import { createHash, randomUUID } from "node:crypto";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

export type TestRegistry = {
  /** `127.0.0.1:PORT`, which the engine asks without TLS. */
  host: string;
  /** Method and path of each request. */
  asked: string[];
  /** Wants a token, which anybody gets, like Docker Hub. */
  wantsToken: boolean;
  /** Answers everything with this status instead. */
  broken: number | null;
  /** Tags to tell beside those that were pushed. */
  tags: string[];
  /** Somebody pushed another image under this tag. */
  move: (tag: string) => void;
  stop: () => Promise<void>;
};

const digestOf = (body: Buffer) => `sha256:${createHash("sha256").update(body).digest("hex")}`;

export async function startTestRegistry(): Promise<TestRegistry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, { body: Buffer; type: string }>();
  const uploads = new Map<string, Buffer>();

  const serve = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const { method = "", url = "", headers } = request;
    const { pathname: path, searchParams } = new URL(url, "http://stand-in");
    const body = await buffer(request);
    const answer = (status: number, more: http.OutgoingHttpHeaders = {}, content?: Buffer | string) =>
      response
        .writeHead(status, { "content-length": content?.length ?? 0, ...more })
        .end(method === "HEAD" ? "" : content);
    registry.asked.push(`${method} ${path}${headers.authorization ? " with a token" : ""}`);
    if (registry.broken) return answer(registry.broken);
    if (path === "/token") return answer(200, {}, JSON.stringify({ token: "for-anybody" }));
    if (registry.wantsToken && headers.authorization !== "Bearer for-anybody") {
      return answer(401, { "www-authenticate": `Bearer realm="http://${registry.host}/token",service="stand-in"` });
    }
    const [, what = "", name = ""] = /^\/v2\/[^/]+\/(blobs|manifests|tags)\/(.*)$/.exec(path) ?? [];
    if (path === "/v2/") return answer(200);
    if (what === "tags") return answer(200, {}, JSON.stringify({ tags: [...manifests.keys(), ...registry.tags] }));
    if (what === "manifests" && method === "PUT") {
      const type = headers["content-type"] ?? "";
      for (const key of [name, digestOf(body)]) manifests.set(key, { body, type });
      return answer(201, { "docker-content-digest": digestOf(body) });
    }
    if (what === "manifests") {
      const found = manifests.get(name);
      if (!found) return answer(404);
      return answer(200, { "docker-content-digest": digestOf(found.body), "content-type": found.type }, found.body);
    }
    if (method === "POST" || method === "PATCH" || method === "PUT") {
      const id = name.replace(/^uploads\//, "") || randomUUID();
      const whole = Buffer.concat([uploads.get(id) ?? Buffer.alloc(0), body]);
      uploads.set(id, whole);
      if (method === "PUT") blobs.set(searchParams.get("digest") ?? "", whole);
      const location = path.endsWith(id) ? path : `${path}${id}`;
      return answer(method === "PUT" ? 201 : 202, { location, range: `0-${Math.max(whole.length - 1, 0)}` });
    }
    const blob = blobs.get(name);
    return blob ? answer(200, {}, blob) : answer(404);
  };

  const server = http.createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const registry: TestRegistry = {
    ...{
      host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
      asked: [],
      wantsToken: false,
      broken: null,
      tags: [],
    },
    move(tag) {
      const found = manifests.get(tag);
      if (found) manifests.set(tag, { ...found, body: Buffer.concat([found.body, Buffer.from("\n")]) });
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return registry;
}
