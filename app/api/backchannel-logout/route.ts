// Keycloak says that a session ended. It calls on the inner network; the edge answers 404 from outside.
import { errorResponse } from "@/app/_server/respond";
import { backChannelLogout } from "@/lib/auth";

export const dynamic = "force-dynamic";

export async function POST(request: Request) {
  try {
    const form = await request.formData().catch(() => new FormData());
    await backChannelLogout(form.get("logout_token"));
    return new Response(null, { status: 200, headers: { "cache-control": "no-store" } });
  } catch (error) {
    return errorResponse(error);
  }
}
