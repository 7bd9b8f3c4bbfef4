import Link from "next/link";
import type { ReactNode } from "react";
import { Age, Moment } from "@/app/_ui/time";
import { type ServiceRow, since } from "@/lib/services/schema";
import type { Deed, Trouble } from "@/lib/services/trouble-schema";
import type { Latest } from "../_live/board";
import { happened, reasonOf } from "../_live/words";
import { byWhom, firstOf, troubleOf } from "./trouble-words";

const ServiceLink = ({ service, children }: { service: string; children: ReactNode }) => (
  <Link
    href={`/services/${encodeURIComponent(service)}`}
    prefetch={false}
    className="text-text underline decoration-border-strong underline-offset-3 hover:decoration-text"
  >
    {children}
  </Link>
);

/** The one service that the sentence names: why, for how long, by whom, and what changed before. */
export function About({ row, trouble }: { row: ServiceRow; trouble: Trouble | null }) {
  const known = troubleOf(trouble, row);
  const at = known?.since ?? since(row);
  const reason = reasonOf(row);
  if (!at) return reason;
  const who = known ? byWhom(known) : null;
  // Since when a running container is unhealthy only the history knows.
  const running = row.state === "running" && !known?.since ? "running for " : "for ";
  return (
    <>
      {reason ? `${reason}, ` : ""}
      {running}
      <Age at={at} />, since <Moment at={at} />
      {who ? `, ${who}` : null}
      <Before deed={known ? (trouble?.before ?? null) : null} />
    </>
  );
}

/** Several are wrong: the first of them, which may have brought the others about. */
export function AboutFirst({ rows, trouble }: { rows: readonly ServiceRow[]; trouble: Trouble | null }) {
  const first = firstOf(trouble, rows);
  if (!first?.since) return null;
  const who = byWhom(first);
  return (
    <>
      First <ServiceLink service={first.service}>{first.title}</ServiceLink>, for <Age at={first.since} />, since{" "}
      <Moment at={first.since} />
      {who ? `, ${who}` : null}
      <Before deed={trouble?.before ?? null} />
    </>
  );
}

function Before({ deed }: { deed: Deed | null }) {
  if (!deed) return null;
  return (
    <>
      . Before that, <ServiceLink service={deed.service}>{deed.title}</ServiceLink> was {deed.did} at{" "}
      <Moment at={deed.at} /> {byWhom({ cause: "asked", audit: deed.audit })}
    </>
  );
}

export function LastChange({ latest }: { latest: Latest | null }) {
  if (!latest) return "Run ./taylordash up on the machine";
  return (
    <>
      Last change: <ServiceLink service={latest.service}>{latest.title}</ServiceLink> {happened(latest.status)}{" "}
      <Age at={latest.at} /> ago
    </>
  );
}
