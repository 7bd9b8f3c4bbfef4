// Live statistics as server-sent events: what is remembered first, then once a second. Ends with the session.
import { requireActor } from "@/app/_server/api";
import { eventStream } from "@/app/_server/event-stream";
import { queryOf } from "@/app/_server/known-input";
import { errorResponse } from "@/app/_server/respond";
import { type Principal, requirePermission } from "@/lib/auth";
import { Invalid } from "@/lib/platform/errors";
import { watchStats } from "@/lib/services";

export const dynamic = "force-dynamic";

export async function GET(request: Request) {
  try {
    const actor: Principal = await requireActor(request, true);
    // Comes before the input, so that nobody below it learns what would be valid.
    requirePermission(actor, "services:read");
    const { services: selection } = queryOf(request.url, ["services"]);
    if (selection === undefined) {
      throw new Invalid(
        "services-missing",
        "The query parameter “services” is missing: give all, or names with commas.",
      );
    }
    return await eventStream(request, actor, (send) =>
      watchStats(actor, selection, (event) => send({ ...event, skippable: event.name === "samples" })),
    );
  } catch (error) {
    return errorResponse(error);
  }
}
