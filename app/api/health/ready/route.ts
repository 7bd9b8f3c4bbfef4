import { json } from "@/app/_server/respond";
import { readiness } from "@/lib/platform/health";

export const dynamic = "force-dynamic";

/** Names what is missing and the fix, and no address; so it needs no sign-in. */
export async function GET() {
  const result = await readiness();
  return json(result, result.ready ? 200 : 503);
}
