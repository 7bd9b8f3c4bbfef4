// The OpenAPI 3.1 document, made of the same table that answers the requests.
import { z } from "zod";
import { env } from "@/lib/platform/env";
import type { Endpoint } from "./api";

const schemaOf = (schema: z.ZodType, io: "input" | "output") => {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io, target: "draft-2020-12", unrepresentable: "any" });
  return json;
};

const ErrorAnswer = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    fields: z.record(z.string(), z.string()).optional(),
    requestId: z.string().optional(),
  }),
});

const errors: Record<string, string> = {
  400: "The input is not understood; `fields` names what and why",
  401: "Not signed in, or the session or token has ended",
  403: "The role, the token's scope or the second factor's age does not reach, or the request came from another site",
  404: "No such thing",
  409: "Not in this state, or protected",
  429: "Too many unknown API tokens from this address; `Retry-After` says when to come back",
  503: "A daemon behind the portal does not answer; try again",
};

function parametersOf({ path, params }: Endpoint) {
  if (!params) return [];
  const { properties = {}, required = [] } = schemaOf(params, "input") as {
    properties?: Record<string, object>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => {
    const inPath = path.includes(`{${name}}`);
    return { name, in: inPath ? "path" : "query", required: inPath || required.includes(name), schema };
  });
}

function operation(definition: Endpoint) {
  const { summary, tag, permission, stepUp, peopleOnly, body, answer, lines, method, path } = definition;
  const failure = { "application/json": { schema: { $ref: "#/components/schemas/Error" } } };
  const content = lines
    ? { "application/x-ndjson": { schema: schemaOf(lines, "output") } }
    : answer && { "application/json": { schema: schemaOf(answer, "output") } };
  const success = content ? { 200: { description: "Done", content } } : { 204: { description: "Done" } };
  return {
    summary,
    tags: [tag],
    operationId: `${method.toLowerCase()}${path.replace(/[^A-Za-z0-9]+(\w?)/g, (_, next: string) => next.toUpperCase())}`,
    description: [
      `Permission: \`${permission}\`${stepUp ? "; a second factor at most 5 minutes old" : ""}.`,
      ...(peopleOnly ? ["For signed-in persons only; an API token is refused."] : []),
    ].join(" "),
    ...(peopleOnly ? { security: [{ session: [] }] } : {}),
    parameters: parametersOf(definition),
    ...(body
      ? { requestBody: { required: true, content: { "application/json": { schema: schemaOf(body, "input") } } } }
      : {}),
    responses: {
      ...success,
      ...Object.fromEntries(
        Object.entries(errors).map(([status, description]) => [status, { description, content: failure }]),
      ),
    },
  };
}

export function openApiDocument(endpoints: readonly Endpoint[]) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of endpoints) {
    paths[one.path] = { ...paths[one.path], [one.method.toLowerCase()]: operation(one) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "TaylorDash",
      version: env().version,
      description: "Everything the portal's pages do. HEAD answers as GET does, without a body.",
    },
    servers: [{ url: `${env().origin}/api/v1` }],
    security: [{ session: [] }, { token: [] }],
    paths,
    components: {
      schemas: { Error: schemaOf(ErrorAnswer, "output") },
      securitySchemes: {
        session: { type: "apiKey", in: "cookie", name: "__Host-taylordash.session" },
        token: { type: "http", scheme: "bearer", description: "An API token, made on the Sessions page" },
      },
    },
  };
}
