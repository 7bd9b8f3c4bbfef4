import type { Metadata } from "next";
import { Suspense } from "react";
import { requirePage } from "@/app/_server/session";
import { readBoard } from "../../_live/read-board";
import { verbsFor } from "../allowed";
import { Services, ServicesSkeleton } from "./services";
import { parseView } from "./view";

export const metadata: Metadata = { title: "Services" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

async function ServicesSection({ searchParams }: Props) {
  const actor = await requirePage();
  const [board, params] = await Promise.all([readBoard(actor), searchParams]);
  return <Services initial={board} view={parseView(params)} allowed={verbsFor(actor)} />;
}

export default async function ServicesPage({ searchParams }: Props) {
  await requirePage();
  return (
    <Suspense fallback={<ServicesSkeleton />}>
      <ServicesSection searchParams={searchParams} />
    </Suspense>
  );
}
