import { answer, type Method, requireActor } from "@/app/_server/api";
import { errorResponse } from "@/app/_server/respond";
import { AppError, NotFound } from "@/lib/platform/errors";
import { endpoints } from "../_endpoints";

const table = endpoints.map((endpoint) => ({ endpoint, segments: endpoint.path.split("/").slice(1) }));

/** The values of the names in braces, or null when the path is another. */
function match(pattern: readonly string[], given: readonly string[]): Record<string, string> | null {
  if (pattern.length !== given.length) return null;
  const values: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const value = given[index] ?? "";
    if (part.startsWith("{")) values[part.slice(1, -1)] = value;
    else if (part !== value) return null;
  }
  return values;
}

const allowed = (methods: readonly Method[]) =>
  methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");

async function handle(request: Request, context: { params: Promise<{ path?: string[] }> }): Promise<Response> {
  const given = (await context.params).path ?? [];
  const here = table.flatMap(({ endpoint, segments }) => {
    const values = match(segments, given);
    return values ? [{ endpoint, values }] : [];
  });
  const isHead = request.method === "HEAD";
  const found = here.find(({ endpoint }) => endpoint.method === (isHead ? "GET" : (request.method as Method)));
  if (found) {
    const response = await answer(found.endpoint, request, found.values);
    // Next neither reads nor cancels it, and what is behind a stream would wait for ever.
    if (isHead) await response.body?.cancel();
    return isHead ? new Response(null, response) : response;
  }
  try {
    // Nobody learns which paths exist.
    await requireActor(request, true);
    if (here.length === 0)
      throw new NotFound("no-such-endpoint", "There is no such endpoint. /api/v1/openapi.json lists all.");
    throw new AppError("method-not-allowed", 405, `${request.method} is not possible here.`);
  } catch (error) {
    const response = errorResponse(error);
    if (response.status === 405) response.headers.set("allow", allowed(here.map(({ endpoint }) => endpoint.method)));
    return response;
  }
}

export const dynamic = "force-dynamic";
export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT };
