// Sets the content security policy with a fresh nonce. No authentication or authorisation lives here.
import { type NextRequest, NextResponse } from "next/server";

const policy = (nonce: string) =>
  [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    // Inline styles come from the table's virtual rows and the menus' placement.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "frame-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join("; ");

export function proxy(request: NextRequest) {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString("base64");
  const csp = policy(nonce);
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  // Next reads the nonce for its own scripts out of this header.
  headers.set("content-security-policy", csp);
  // Where to come back to after a sign-in; a copy that a client sends is overwritten.
  headers.set("x-path", `${request.nextUrl.pathname}${request.nextUrl.search}`);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", csp);
  return response;
}

// The API and static files get the server's own policy, which allows nothing.
export const config = { matcher: ["/((?!api/|_next/|icons/|.*\\.(?:png|svg|ico|webmanifest)$).*)"] };
