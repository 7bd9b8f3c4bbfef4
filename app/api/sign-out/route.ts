import { cookies } from "next/headers";
import { requireSameOrigin } from "@/app/_server/csrf";
import { errorResponse } from "@/app/_server/respond";
import { endSession, SESSION_COOKIE } from "@/lib/auth";

export const dynamic = "force-dynamic";

/** Ends the session here and at Keycloak, and sends the browser on. */
export async function POST(request: Request) {
  try {
    requireSameOrigin(request);
    const jar = await cookies();
    const { nextUrl } = await endSession(jar.get(SESSION_COOKIE)?.value);
    jar.set({ name: SESSION_COOKIE, value: "", path: "/", secure: true, httpOnly: true, sameSite: "lax", maxAge: 0 });
    return new Response(null, { status: 303, headers: { location: nextUrl, "cache-control": "no-store" } });
  } catch (error) {
    const answer = errorResponse(error);
    // It is a form: whoever sent it sees a page, never the API's words.
    if (!request.headers.get("accept")?.includes("text/html")) return answer;
    return new Response(null, {
      status: 303,
      headers: { location: "/login?error=SignOut", "cache-control": "no-store" },
    });
  }
}
