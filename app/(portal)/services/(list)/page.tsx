import type { Metadata } from "next";
import { requirePage } from "@/app/_server/session";
import { thisService } from "@/lib/services";
import { readBoard } from "../../_live/read-board";
import { verbsFor } from "../allowed";
import { Services } from "./services";
import { parseView } from "./view";

export const metadata: Metadata = { title: "Services" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

// Without a boundary: the rows are in memory, and what streams in later is painted later.
export default async function ServicesPage({ searchParams }: Props) {
  const actor = await requirePage();
  const [board, params] = await Promise.all([readBoard(actor), searchParams]);
  return <Services initial={board} view={parseView(params)} allowed={verbsFor(actor)} own={thisService()} />;
}
