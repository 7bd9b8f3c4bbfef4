import type { Metadata } from "next";
import { Suspense } from "react";
import { requirePage } from "@/app/_server/session";
import { readBoard } from "../../_live/read-board";
import { Services, ServicesSkeleton } from "./services";

import { parseView } from "./view";

export const metadata: Metadata = { title: "Services" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

async function ServicesSection({ searchParams }: Props) {
  const [board, params] = await Promise.all([requirePage().then(readBoard), searchParams]);
  return <Services initial={board} view={parseView(params)} />;
}

export default async function ServicesPage({ searchParams }: Props) {
  await requirePage();
  return (
    <Suspense fallback={<ServicesSkeleton />}>
      <ServicesSection searchParams={searchParams} />
    </Suspense>
  );
}
