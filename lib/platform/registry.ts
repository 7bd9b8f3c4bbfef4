// Image registries (OCI distribution API), asked for what a tag points to: no image is ever fetched.
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import tls from "node:tls";
import { z } from "zod";
import { messageOf } from "./errors.ts";

export type Reference = { registry: string; repository: string; tag: string };

/** As the engine reads it: without a registry it is Docker Hub's. Null for what names no tag: an id or a digest. */
export function parseReference(text: string): Reference | null {
  if (text.includes("@") || /^(sha256:)?[a-f0-9]{64}$/.test(text)) return null;
  const [, name = "", tag = "latest"] = /^(.+?)(?::([\w][\w.-]{0,127}))?$/.exec(text) ?? [];
  const [first = "", ...rest] = name.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  if (isHost && first !== "docker.io") return { registry: first, repository: rest.join("/"), tag };
  const path = isHost ? rest : [first, ...rest];
  return {
    registry: "registry-1.docker.io",
    repository: path.length === 1 ? `library/${path[0]}` : path.join("/"),
    tag,
  };
}

/** The registry did not tell; the message says why and is fit to be shown. */
export class RegistryProblem extends Error {}

const timeoutMs = 10_000;
const largestAnswer = 4 * 1024 * 1024;
const manifests = [
  ...["application/vnd.oci.image.index.v1+json", "application/vnd.oci.image.manifest.v1+json"],
  ...[
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
  ],
].join(", ");

// The engine itself speaks plain HTTP to a registry on its own loopback address alone.
const isLoopback = (host: string) => /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(host);

/** Companies sign their proxies and registries with an authority that only the host knows. */
function authorities(): string[] {
  const own = ["/run/host-ca/ca-bundle.crt"].flatMap((file) => {
    try {
      return [readFileSync(file, "utf8")];
    } catch {
      return [];
    }
  });
  return [...tls.getCACertificates("default"), ...own];
}

type Answer = { status: number; headers: http.IncomingHttpHeaders; body: string };

function causeOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOTFOUND" || code === "EAI_AGAIN" ? "no address is known for it here" : messageOf(error);
}

function ask(method: "GET" | "HEAD", url: URL, headers: Record<string, string>): Promise<Answer> {
  const secure = url.protocol === "https:";
  if (!secure && !isLoopback(url.host)) throw new RegistryProblem(`${url.host} wants to be asked without encryption`);
  const options = { method, headers, timeout: timeoutMs, signal: AbortSignal.timeout(timeoutMs) };
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(new RegistryProblem(`${url.host} does not answer: ${causeOf(error)}`));
    const request = secure ? https.request(url, { ...options, ca: authorities() }) : http.request(url, options);
    request.once("error", fail);
    request.once("timeout", () => request.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)));
    request.once("response", async (response) => {
      let body = "";
      try {
        for await (const chunk of response.setEncoding("utf8")) {
          body += chunk;
          if (body.length > largestAnswer) throw new Error("its answer is too large");
        }
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      } catch (error) {
        fail(error);
      }
    });
    request.end();
  });
}

const Token = z.object({ token: z.string().optional(), access_token: z.string().optional() });

/** A token for whoever asks, from the place that the registry names. */
async function tokenFor(challenge: string, { registry, repository }: Reference): Promise<string> {
  const fields = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
  if (!/^bearer /i.test(challenge) || !URL.canParse(fields.realm ?? "")) {
    throw new RegistryProblem(`${registry} wants a sign-in, and the portal has none for it`);
  }
  const url = new URL(fields.realm ?? "");
  if (fields.service) url.searchParams.set("service", fields.service);
  url.searchParams.set("scope", `repository:${repository}:pull`);
  const { status, body } = await ask("GET", url, { accept: "application/json" });
  const parsed = status === 200 ? Token.safeParse(JSON.parse(body)) : null;
  const token = parsed?.data?.token ?? parsed?.data?.access_token;
  if (!token) throw new RegistryProblem(`${registry} wants a sign-in, and the portal has none for it`);
  return token;
}

const problems: Record<number, string> = {
  401: "wants a sign-in, and the portal has none for it",
  403: "shows this image only to those who sign in",
  404: "does not have this tag",
  429: "has been asked too often from here; it is asked again later",
};

/** The digest a tag points to, and all tags of its repository. @throws RegistryProblem */
export async function readTag(reference: Reference): Promise<{ digest: string; tags: string[] }> {
  const { registry, repository, tag } = reference;
  const base = `${isLoopback(registry) ? "http" : "https"}://${registry}/v2/${repository}`;
  let authorization: Record<string, string> = {};
  const get = async (method: "GET" | "HEAD", path: string, accept: string): Promise<Answer> => {
    const url = new URL(`${base}/${path}`);
    let answer = await ask(method, url, { accept, ...authorization });
    const challenge = answer.headers["www-authenticate"];
    if (answer.status === 401 && challenge && !authorization.authorization) {
      authorization = { authorization: `Bearer ${await tokenFor(challenge, reference)}` };
      answer = await ask(method, url, { accept, ...authorization });
    }
    if (answer.status === 200) return answer;
    throw new RegistryProblem(`${registry} ${problems[answer.status] ?? `answers ${answer.status}`}`);
  };
  const { headers } = await get("HEAD", `manifests/${tag}`, manifests);
  const digest = String(headers["docker-content-digest"] ?? "");
  if (!/^sha256:[a-f0-9]{64}$/.test(digest)) throw new RegistryProblem(`${registry} does not tell the tag's digest`);
  const { body } = await get("GET", "tags/list?n=10000", "application/json");
  const Tags = z.object({ tags: z.array(z.string()).nullish() });
  return { digest, tags: Tags.safeParse(JSON.parse(body)).data?.tags ?? [] };
}
