import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requirePage } from "@/app/_server/session";
import { ordersFor, verbsFor } from "../allowed";
import { Actions } from "./actions";
import { Configuration, Details, Summary } from "./configuration";
import { readService } from "./read-service";
import { Service } from "./service";
import { Timeline } from "./timeline";

type Props = { params: Promise<{ service: string }> };

const read = async ({ params }: Props) => readService(await requirePage(), (await params).service);

export async function generateMetadata(props: Props): Promise<Metadata> {
  return { title: (await read(props))?.board.rows[0]?.title ?? "No such service" };
}

export default async function ServicePage(props: Props) {
  const actor = await requirePage();
  const found = await read(props);
  if (!found) notFound();
  const { service, title, board, facts, history, limits } = found;
  const [row] = board.rows;
  if (!row) notFound();
  return (
    <Configuration service={service} initial={facts} board={board}>
      <Service
        service={service}
        initial={board}
        limits={limits}
        actions={<Actions row={row} allowed={verbsFor(actor)} orders={ordersFor(actor)} />}
        timeline={<Timeline service={service} initial={history} board={board} />}
        details={<Details title={title} mayLook={verbsFor(actor).includes("restart")} board={board} />}
        summary={<Summary title={title} />}
      />
    </Configuration>
  );
}
