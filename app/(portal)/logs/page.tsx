import type { Metadata } from "next";
import { requirePage } from "@/app/_server/session";
import { listServices } from "@/lib/services";
import { Logs } from "./logs";
import { parseView } from "./view";

export const metadata: Metadata = { title: "Logs" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function LogsPage({ searchParams }: Props) {
  const [list, params] = await Promise.all([requirePage().then(listServices), searchParams]);
  const titles = new Map(list.services.map(({ service, title }) => [service, title]));
  const services = [...titles].map(([service, title]) => ({ service, title }));
  services.sort((a, b) => a.title.localeCompare(b.title, "en"));
  return <Logs initial={parseView(params)} services={services} />;
}
