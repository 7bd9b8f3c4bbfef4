import type { Metadata } from "next";
import { requirePage } from "@/app/_server/session";
import { listLoggedServices } from "@/lib/logs";
import { listServices } from "@/lib/services";
import { Logs } from "./logs";
import { knownView, type Params } from "./view";

export const metadata: Metadata = { title: "Logs" };

type Props = { searchParams: Promise<Params> };

export default async function LogsPage({ searchParams }: Props) {
  const actor = await requirePage();
  const [list, logged, params] = await Promise.all([
    listServices(actor),
    // While the engine is away nobody can tell which names exist: all are taken as they are.
    listLoggedServices(actor).catch(() => null),
    searchParams,
  ]);
  const titles = new Map(list.services.map(({ service, title }) => [service, title]));
  const services = [...titles].map(([service, title]) => ({ service, title }));
  services.sort((a, b) => a.title.localeCompare(b.title, "en"));
  const { view, missing } = knownView(params, logged && new Set([...titles.keys(), ...logged]));
  return <Logs initial={view} missing={missing} services={services} />;
}
