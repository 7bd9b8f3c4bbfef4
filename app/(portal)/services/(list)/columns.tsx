import {
  createColumnHelper,
  createSortedRowModel,
  metaHelper,
  rowSortingFeature,
  tableFeatures,
} from "@tanstack/react-table";
import Link from "next/link";
import { StatusBadge } from "@/app/_ui/status";
import { Age } from "@/app/_ui/time";
import { type Port, type ServiceRow, since, statusOf } from "@/lib/services/schema";
import { ContainerNumber } from "../../_live/container-number";
import { imageParts, reasonOf } from "../../_live/words";
import { ServiceSparkline } from "../_stats/sparkline";
import { ImageState } from "./updates";
import { order, type Sort } from "./view";

export const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  columnMeta: metaHelper<{ className: string }>(),
});

const column = createColumnHelper<typeof features, ServiceRow>();

export function Uptime({ row }: { row: ServiceRow }) {
  const at = since(row);
  if (!at) return <span className="text-muted">–</span>;
  const up = row.state === "running" || row.state === "paused";
  return (
    <span className={up ? "" : "text-muted"}>
      {up ? <span className="sr-only">up </span> : "down "}
      <Age at={at} />
    </span>
  );
}

/** Without registry and owner, which the title and the service's page have: what it is and which version. */
export function Image({ image }: { image: string }) {
  const { name, tag } = imageParts(image);
  return (
    <span className="flex min-w-0 font-mono text-sm" title={image}>
      <span className="hidden truncate text-muted md:block">{name.slice(name.lastIndexOf("/") + 1)}:</span>
      <span className="max-w-32 shrink-0 truncate text-muted md:max-w-none md:text-text">{tag || "–"}</span>
    </span>
  );
}

/** `:443` is open on this machine and comes first; ports that only other containers reach are quieter. */
export function Ports({ ports, most = 3 }: { ports: Port[]; most?: number }) {
  const text = ({ published, container, protocol }: Port) =>
    `${published ? `${published} → ` : ""}${container}${protocol === "tcp" ? "" : `/${protocol}`}`;
  const sorted = [...ports].sort((a, b) => Number(a.published === null) - Number(b.published === null));
  const rest = sorted.length - most;
  return (
    <span className="flex min-w-0 gap-2.5 font-mono text-sm whitespace-nowrap" title={sorted.map(text).join(", ")}>
      {sorted.slice(0, most).map((port) => (
        <span key={text(port)} className={port.published ? "" : "text-muted"}>
          {port.published ? `:${port.published}` : port.container}
        </span>
      ))}
      {rest > 0 ? <span className="text-muted">+{rest}</span> : null}
    </span>
  );
}

const sortedBy = (sort: Sort) => (a: { original: ServiceRow }, b: { original: ServiceRow }) =>
  order[sort](a.original, b.original);

export const columns = column.columns([
  column.accessor((row) => statusOf(row), {
    id: "status" satisfies Sort,
    header: "Status",
    sortFn: sortedBy("status"),
    cell: ({ row }) => (
      <StatusBadge status={statusOf(row.original)} detail={reasonOf(row.original)?.replace(" code", "")} />
    ),
    meta: { className: "[grid-area:status] flex min-w-0" },
  }),
  column.accessor("title", {
    id: "title" satisfies Sort,
    header: "Service",
    sortFn: sortedBy("title"),
    cell: ({ row: { original } }) => (
      <>
        <Link
          href={`/services/${encodeURIComponent(original.service)}`}
          prefetch={false}
          className="flex max-w-full shrink-0 items-baseline gap-1.5 font-semibold after:absolute after:inset-0 focus-visible:outline-none"
        >
          <span className="truncate">{original.title}</span>
          <ContainerNumber row={original} />
        </Link>
        <span className="hidden truncate font-mono text-sm text-muted 2xl:block">{original.service}</span>
      </>
    ),
    meta: { className: "[grid-area:title] flex min-w-0 items-baseline gap-2.5" },
  }),
  column.accessor("image", {
    id: "image" satisfies Sort,
    header: "Image",
    sortFn: sortedBy("image"),
    cell: ({ row: { original } }) => (
      <>
        <span className="min-w-0">
          <Image image={original.image} />
        </span>
        <ImageState service={original.service} />
      </>
    ),
    meta: { className: "[grid-area:image] flex min-w-0 justify-end md:hidden lg:flex lg:justify-start" },
  }),
  column.accessor(since, {
    id: "uptime" satisfies Sort,
    header: "Uptime",
    sortFn: sortedBy("uptime"),
    cell: ({ row }) => <Uptime row={row.original} />,
    meta: { className: "[grid-area:uptime] justify-self-end whitespace-nowrap" },
  }),
  column.display({
    id: "cpu",
    header: "Processor",
    cell: ({ row: { original } }) => (
      <ServiceSparkline id={original.id} measure="cpu" running={original.state === "running"} />
    ),
    meta: { className: "hidden justify-self-end xl:block xl:[grid-area:cpu]" },
  }),
  column.display({
    id: "memory",
    header: "Memory",
    cell: ({ row: { original } }) => (
      <ServiceSparkline id={original.id} measure="memory" running={original.state === "running"} />
    ),
    meta: { className: "hidden justify-self-end xl:block xl:[grid-area:memory]" },
  }),
  column.display({
    id: "ports",
    header: "Ports",
    cell: ({ row }) => <Ports ports={row.original.ports} most={2} />,
    meta: { className: "hidden min-w-0 overflow-hidden pl-3 xl:block xl:[grid-area:ports]" },
  }),
  column.accessor("restarts", {
    id: "restarts" satisfies Sort,
    header: "Restarts",
    sortFn: sortedBy("restarts"),
    cell: ({ getValue }) => (
      <span className={getValue() === 0 ? "text-muted" : "font-semibold text-status-restarting"}>{getValue()}</span>
    ),
    meta: { className: "hidden justify-self-end lg:block lg:[grid-area:restarts]" },
  }),
]);
