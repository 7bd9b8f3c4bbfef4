// One stream a tab: server-sent events with ids that `Last-Event-ID` resumes. Ends with the session it belongs to.
import { requireActor } from "@/app/_server/api";
import { eventStream } from "@/app/_server/event-stream";
import { queryOf } from "@/app/_server/known-input";
import { errorResponse } from "@/app/_server/respond";
import { watchAlerts } from "@/lib/alerts";
import { isHost, requirePermission } from "@/lib/auth";
import { watchServices } from "@/lib/services";

export const dynamic = "force-dynamic";

export async function GET(request: Request) {
  try {
    const actor = await requireActor(request, true);
    requirePermission(actor, "services:read");
    queryOf(request.url, []);
    const lastEventId = request.headers.get("last-event-id");
    return await eventStream(request, actor, async (send) => {
      send({ name: "role", data: { role: isHost(actor) ? null : actor.role } });
      const stopServices = await watchServices(actor, lastEventId, send);
      // Without an id: what a resumed stream gets is always the present list.
      const stopAlerts = watchAlerts(actor, (data) => send({ name: "alerts", data }));
      return () => {
        stopServices();
        stopAlerts();
      };
    });
  } catch (error) {
    return errorResponse(error);
  }
}
