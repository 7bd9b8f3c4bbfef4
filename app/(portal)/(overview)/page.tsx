import { Suspense } from "react";
import { requirePage } from "@/app/_server/session";
import { Overview, OverviewSkeleton } from "./overview";
import { readOverview } from "./read-overview";

async function OverviewSection() {
  return <Overview initial={await readOverview(await requirePage())} />;
}

export default async function OverviewPage() {
  await requirePage();
  return (
    <Suspense fallback={<OverviewSkeleton />}>
      <OverviewSection />
    </Suspense>
  );
}
