// A browser tells where a request comes from. What changes something must come from our own pages.
import { env } from "@/lib/platform/env";
import { Forbidden } from "@/lib/platform/errors";

const safe = new Set(["GET", "HEAD", "OPTIONS"]);

/** @throws Forbidden for an unsafe method whose Origin is missing, `null` or not ours, or that another site sent. */
export function requireSameOrigin(request: Request): void {
  if (safe.has(request.method)) return;
  const site = request.headers.get("sec-fetch-site");
  if (request.headers.get("origin") === env().origin && (site === null || site === "same-origin")) return;
  throw new Forbidden(
    "wrong-origin",
    "This request did not come from the portal's own pages. Reload the page and try again.",
  );
}
