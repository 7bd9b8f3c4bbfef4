// Errors to answers, once for the whole API: our codes and words, or "Something failed" with the id of the log line.
import { ZodError } from "zod";
import { AppError, messageOf } from "@/lib/platform/errors";
import { inputWords } from "@/lib/platform/input-words";
import { currentRequestId, log } from "@/lib/platform/log";

export type ErrorBody = {
  error: { code: string; message: string; fields?: Record<string, string>; details?: unknown; requestId?: string };
};

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  Response.json(body, { status, headers: { "cache-control": "no-store", ...headers } });

export function errorResponse(error: unknown): Response {
  const requestId = currentRequestId();
  const body = (code: string, message: string, more: object = {}): ErrorBody => ({
    error: { code, message, ...more, ...(requestId ? { requestId } : {}) },
  });
  if (error instanceof ZodError) {
    const fields = inputWords(error);
    return json(body("invalid-input", Object.values(fields).join(" "), { fields }), 400);
  }
  if (error instanceof AppError) {
    if (error.status >= 500) log.warn({ code: error.code, err: error }, "a request failed");
    const seconds = error.status === 503 ? 2 : error.details.retryAfterSeconds;
    const retry: Record<string, string> = seconds === undefined ? {} : { "retry-after": String(seconds) };
    return json(body(error.code, error.message, { details: error.details }), error.status, retry);
  }
  log.error({ err: error, cause: messageOf(error) }, "a request failed");
  return json(
    body("failed", `Something failed. The log names it under ${requestId ?? "the time of this request"}.`),
    500,
  );
}
