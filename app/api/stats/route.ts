// Live statistics as server-sent events: what is remembered first, then once a second. Ends with the session.
import { requireActor } from "@/app/_server/api";
import { eventStream } from "@/app/_server/event-stream";
import { errorResponse } from "@/app/_server/respond";
import { watchStats } from "@/lib/services";

export const dynamic = "force-dynamic";

export async function GET(request: Request) {
  try {
    const actor = await requireActor(request, true);
    const selection = new URL(request.url).searchParams.get("services");
    return await eventStream(request, actor, (send) =>
      watchStats(actor, selection, (event) => send({ ...event, skippable: event.name === "samples" })),
    );
  } catch (error) {
    return errorResponse(error);
  }
}
