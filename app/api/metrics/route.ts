// For Prometheus on the inner networks; the edge answers 404 from outside.
import { metricsContentType, metricsText } from "@/lib/platform/metrics";

export const dynamic = "force-dynamic";
export const GET = async () => new Response(await metricsText(), { headers: { "content-type": metricsContentType } });
