// Endpoints of the HTTP API: one table entry each, from which routing, validation and the OpenAPI document follow.
import type { z } from "zod";
import { recordRefusal } from "@/lib/audit";
import {
  type Permission,
  type Principal,
  readCookie,
  refuseToken,
  requirePermission,
  requireToken,
  resolveSession,
  SESSION_COOKIE,
} from "@/lib/auth";
import { AppError, Forbidden, Invalid, Unauthenticated } from "@/lib/platform/errors";
import { requireSameOrigin } from "./csrf";
import { checkFields, queryOf, refuseBody } from "./known-input";
import { errorResponse, json } from "./respond";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
type Shape = z.ZodType;
/** Its keys are what the endpoint knows. */
type Input = z.ZodObject;
type Given<S extends Input | undefined> = S extends Input ? z.output<S> : undefined;

export type Endpoint<
  Params extends Input | undefined = Input | undefined,
  Body extends Input | undefined = Input | undefined,
> = {
  method: Method;
  /** With names in braces, relative to /api/v1: `/services/{id}/restart`. */
  path: string;
  summary: string;
  tag: string;
  /** What the verb behind it demands too. */
  permission: Permission | "signed-in";
  /** A recent second factor is needed. */
  stepUp?: boolean;
  /** No API token may; ends "Only a signed-in person can". */
  peopleOnly?: string;
  /** A poll: it keeps no idle session alive. */
  passive?: boolean;
  /** Path parameters and query, as strings. */
  params?: Params;
  body?: Body;
  answer?: Shape;
  /** The answer is a stream of JSON lines of this shape. */
  lines?: Shape;
  run: (call: { actor: Principal; params: Given<Params>; body: Given<Body>; request: Request }) => Promise<unknown>;
};

/** Keeps the types of one endpoint while it is written, and forgets them for the table. */
export const endpoint = <P extends Input | undefined = undefined, B extends Input | undefined = undefined>(
  definition: Endpoint<P, B>,
): Endpoint => definition as unknown as Endpoint;

const bearerOf = (request: Request): string | undefined =>
  /^Bearer ([\w-]{1,200})$/.exec(request.headers.get("authorization") ?? "")?.[1];

/** By API token or by session. @throws Unauthenticated, TooMany. `passive` requests do not count as activity of a person. */
export async function requireActor(request: Request, passive = false): Promise<Principal> {
  if (request.headers.has("authorization")) {
    // No browser sends a token by itself, so where the request comes from says nothing.
    return requireToken(bearerOf(request));
  }
  const actor = await resolveSession(readCookie(request, SESSION_COOKIE), { touch: !passive });
  if (!actor) throw new Unauthenticated();
  requireSameOrigin(request);
  return actor;
}

const largestBody = 256 * 1024;

/** Keeps no more than is allowed, whatever length was announced. The rest is read too: who still sends hears no answer. */
async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
  }
  if (size > largestBody) throw new AppError("too-large", 413, "The request is larger than 256 KiB.");
  return Buffer.concat(chunks).toString("utf8");
}

async function readBody(request: Request): Promise<unknown> {
  const text = await readText(request);
  if (text === "") return {};
  if (!request.headers.get("content-type")?.startsWith("application/json")) {
    throw new Invalid("not-json", "The body must be JSON, with the content type application/json.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Invalid("not-json", "The body is not valid JSON.");
  }
}

/** @throws Invalid, ZodError */
async function inputOf({ params, body, method }: Endpoint, request: Request, path: Record<string, string>) {
  const names = Object.keys(params?.shape ?? {}).filter((name) => !(name in path));
  const query = queryOf(request.url, names);
  const given = method === "GET" ? {} : await readBody(request);
  if (body) checkFields(given, Object.keys(body.shape));
  else refuseBody(given);
  return { params: params?.parse({ ...query, ...path }), body: body?.parse(given) };
}

/** Runs one endpoint: who asks, what they ask, the verb, its answer. */
export async function answer(definition: Endpoint, request: Request, path: Record<string, string>): Promise<Response> {
  let actor: Principal | null = null;
  try {
    actor = await requireActor(request, definition.passive);
    if (definition.peopleOnly)
      await refuseToken(actor, `${definition.method} ${definition.path}`, definition.peopleOnly);
    // The verb checks again; here it comes before the input, so that nobody below it learns what would be valid.
    if (definition.permission !== "signed-in") requirePermission(actor, definition.permission);
    const { params, body } = await inputOf(definition, request, path);
    const result = await definition.run({ actor, params, body, request } as never);
    if (result instanceof Response) return result;
    return result === undefined
      ? new Response(null, { status: 204, headers: { "cache-control": "no-store" } })
      : json(result);
  } catch (error) {
    if (error instanceof Forbidden) await recordRefusal(actor, error, `${definition.method} ${definition.path}`);
    return errorResponse(error);
  }
}
