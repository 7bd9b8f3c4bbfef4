import { Suspense } from "react";
import { requirePage } from "@/app/_server/session";
import { readBoard } from "../_live/read-board";
import { Overview, OverviewSkeleton } from "./overview";

async function OverviewSection() {
  return <Overview initial={await readBoard(await requirePage())} />;
}

export default async function OverviewPage() {
  await requirePage();
  return (
    <Suspense fallback={<OverviewSkeleton />}>
      <OverviewSection />
    </Suspense>
  );
}
