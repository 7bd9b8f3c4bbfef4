// Public keys alone, for Grafana on the inner network; the edge answers 404 from outside.
import { grafanaKeys } from "@/lib/auth";

export const dynamic = "force-dynamic";
export const GET = () => Response.json(grafanaKeys(), { headers: { "cache-control": "no-store" } });
