// One stream a view of logs. Its ids hold the place in each container, so `Last-Event-ID` goes on without a gap.
import { requireActor } from "@/app/_server/api";
import { eventStream } from "@/app/_server/event-stream";
import { errorResponse } from "@/app/_server/respond";
import { watchLogs } from "@/lib/logs";
import { watchServices } from "@/lib/services";

export const dynamic = "force-dynamic";

export async function GET(request: Request) {
  try {
    const actor = await requireActor(request, true);
    const query = Object.fromEntries(new URL(request.url).searchParams);
    const lastEventId = request.headers.get("last-event-id");
    const changes = (listener: () => void) => watchServices(actor, null, listener);
    return await eventStream(request, actor, (send, waiting) =>
      watchLogs(actor, query, { lastEventId, changes, sink: { send, waiting } }),
    );
  } catch (error) {
    return errorResponse(error);
  }
}
