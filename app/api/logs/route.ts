// One stream a view of logs. Its ids hold the place in each container, so `Last-Event-ID` goes on without a gap.
import { requireActor } from "@/app/_server/api";
import { eventStream } from "@/app/_server/event-stream";
import { queryOf } from "@/app/_server/known-input";
import { errorResponse } from "@/app/_server/respond";
import { requirePermission } from "@/lib/auth";
import { LogQuery, watchLogs } from "@/lib/logs";
import { watchServices } from "@/lib/services";

export const dynamic = "force-dynamic";

export async function GET(request: Request) {
  try {
    const actor = await requireActor(request, true);
    // Comes before the input, so that nobody below it learns what would be valid.
    requirePermission(actor, "services:read");
    const query = queryOf(request.url, Object.keys(LogQuery.shape));
    const lastEventId = request.headers.get("last-event-id");
    const changes = (listener: () => void) => watchServices(actor, null, listener);
    return await eventStream(request, actor, (send, waiting) =>
      watchLogs(actor, query, { lastEventId, changes, sink: { send, waiting } }),
    );
  } catch (error) {
    return errorResponse(error);
  }
}
