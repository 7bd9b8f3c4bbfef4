import { requirePage } from "@/app/_server/session";
import { Overview } from "./overview";
import { readOverview } from "./read-overview";

// Without a boundary: the services are in memory, and what streams in later is painted later.
export default async function OverviewPage() {
  return <Overview initial={await readOverview(await requirePage())} />;
}
