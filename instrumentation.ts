// What Next calls besides pages: each error that a page could not answer, under the number that the page shows.
import type { Instrumentation } from "next";
import { AppError } from "./lib/platform/errors";
import { log } from "./lib/platform/log";

export const onRequestError: Instrumentation.onRequestError = (error, request, { routePath }) => {
  const [path] = request.path.split("?");
  const digest = error instanceof Error && "digest" in error ? error.digest : undefined;
  log[error instanceof AppError ? "warn" : "error"]({ err: error, digest, path, route: routePath }, "a page failed");
};
