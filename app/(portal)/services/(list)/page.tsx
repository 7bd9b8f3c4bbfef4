import type { Metadata } from "next";
import { requirePage } from "@/app/_server/session";
import { thisService } from "@/lib/services";
import { verbsFor } from "../allowed";
import { readList } from "./read-list";
import { Services } from "./services";
import { parseView } from "./view";

export const metadata: Metadata = { title: "Services" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

// Without a boundary: the rows are in memory, and what streams in later is painted later.
export default async function ServicesPage({ searchParams }: Props) {
  const actor = await requirePage();
  const view = parseView(await searchParams);
  const { board, first } = await readList(actor, view);
  return <Services initial={board} first={first} view={view} allowed={verbsFor(actor)} own={thisService()} />;
}
