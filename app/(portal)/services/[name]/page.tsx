import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requirePage } from "@/app/_server/session";
import { listServices } from "@/lib/services";
import { boardOf } from "../../_live/board";
import { Service } from "./service";

type Props = { params: Promise<{ name: string }> };

async function read({ params }: Props) {
  const [actor, { name }] = await Promise.all([requirePage(), params]);
  const { services, engine } = await listServices(actor);
  const here = services.filter(({ service }) => service === decodeURIComponent(name));
  return { ...boardOf({ services: here, engine }, null), renderedAt: Date.now() };
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: (await read(props)).rows[0]?.title ?? "No such service" };
}

export default async function ServicePage(props: Props) {
  const board = await read(props);
  const [first] = board.rows;
  if (!first) notFound();
  return <Service name={first.service} initial={board} />;
}
