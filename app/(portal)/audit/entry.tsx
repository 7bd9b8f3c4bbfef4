import { Ban, ChevronRight, CircleDashed, CircleX } from "lucide-react";
import Link from "next/link";
import { useId, useState } from "react";
import { useExact } from "@/app/_ui/time";
import type { AuditEntry } from "@/lib/audit/schema";
import { entryHref } from "./entry-href";
import { EntryTime, Happened } from "./entry-time";

const statuses = { done: null, failed: "failed", refused: "restarting", unfinished: "paused" } as const;
const icons = { failed: CircleX, refused: Ban, unfinished: CircleDashed } as const;

/** Three lines an entry on a phone, one on a wide screen, under the headings of the table. */
export const line =
  "relative grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 gap-y-0.5 px-4 py-2 sm:px-3 " +
  "lg:grid-cols-[10rem_minmax(0,11rem)_minmax(0,12rem)_minmax(0,1fr)_7rem_1rem]";

type Props = { entry: AuditEntry; above: string | undefined; opened: boolean };

/** When, who, what, on what, and how it ended; opened, everything that was written. */
export function Entry({ entry, above, opened }: Props) {
  const [open, setOpen] = useState(opened);
  const details = useId();
  const { id, at, happenedAt, actor, action, target, outcome } = entry;
  const quiet = actor.kind === "person" || actor.kind === actor.name;
  return (
    // Thousands may be on the page: those out of sight are not laid out.
    <tbody
      data-status={statuses[outcome] ?? undefined}
      className="block border-border [contain-intrinsic-block-size:auto_2.4rem] [content-visibility:auto] not-first:border-t"
    >
      <tr className={`${line} hover:bg-hover`} title={actor.name}>
        <td className="text-sm whitespace-nowrap text-muted max-lg:order-2">
          <EntryTime at={at} above={above} />
        </td>
        <td className="truncate max-lg:order-1">
          <span className="font-semibold">{actor.name}</span>
          {quiet ? "" : <span className="text-sm text-muted"> {actor.kind}</span>}
        </td>
        <td className="truncate font-mono text-sm max-lg:order-3">{action}</td>
        <td className="truncate text-muted max-lg:order-5 max-lg:col-span-2">
          {target}
          {happenedAt ? <Happened happenedAt={happenedAt} at={at} /> : null}
        </td>
        <td className="max-lg:order-4 max-lg:text-right">
          <Outcome outcome={outcome} />
        </td>
        <td className="max-lg:order-6">
          {/* The whole line is its target. */}
          <button
            type="button"
            aria-expanded={open}
            aria-controls={open ? details : undefined}
            aria-label={`Everything of entry ${id}`}
            onClick={() => setOpen(!open)}
            className="absolute inset-0 flex cursor-pointer items-center justify-end px-3 -outline-offset-2"
          >
            <ChevronRight
              className={`size-4 text-muted transition-transform max-lg:hidden ${open ? "rotate-90" : ""}`}
              aria-hidden="true"
            />
          </button>
        </td>
      </tr>
      {open ? (
        <tr className="block" id={details}>
          <td className="block" colSpan={6}>
            <Written entry={entry} alone={opened} />
          </td>
        </tr>
      ) : null}
    </tbody>
  );
}

function Outcome({ outcome }: Pick<AuditEntry, "outcome">) {
  if (outcome === "done") return <span className="text-muted">done</span>;
  const Icon = icons[outcome];
  return (
    <span className="inline-flex items-baseline gap-1.5 font-semibold text-status">
      <Icon className="size-4 shrink-0 translate-y-0.5" aria-hidden="true" />
      {outcome}
    </span>
  );
}

/** On one line while it is short. */
function json(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const line = JSON.stringify(value, null, 1);
  return line.length > 120 ? line : line.replace(/\n */g, " ");
}

function Written({ entry, alone }: { entry: AuditEntry; alone: boolean }) {
  const { id, at, happenedAt, finishedAt, actor, target, error, details, before, after, intended } = entry;
  const happened = useExact(happenedAt ?? at);
  const facts: [string, string | null][] = [
    ["Happened", happenedAt ? happened : null],
    [happenedAt ? "Learned" : "Begun", useExact(at)],
    [
      "Took",
      happenedAt ? null : finishedAt ? `${Date.parse(finishedAt) - Date.parse(at)} ms` : "the outcome is not known",
    ],
    ["On what", target],
    ["Why not", error],
    ["Before", json(before)],
    ["After", json(after)],
    ["Intended", json(intended)],
    ["Details", Object.keys(details).length > 0 ? json(details) : null],
    ["From", entry.ip],
    ["With", entry.userAgent],
    ["Who", actor.id ? `${actor.name} (${actor.kind} ${actor.id})` : `${actor.name} (${actor.kind})`],
    ["Session", entry.sessionId],
    ["Request", entry.requestId],
    ["Trace", entry.traceId],
  ];
  const term = "text-muted";
  const value = "min-w-0 font-mono break-words whitespace-pre-wrap";
  return (
    <dl className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-x-4 gap-y-1 border-t border-border bg-sunken px-4 py-3 text-sm sm:px-3 lg:grid-cols-[10rem_minmax(0,1fr)]">
      {facts.map(([name, text]) =>
        text ? (
          <div key={name} className="contents">
            <dt className={term}>{name}</dt>
            <dd className={value}>{text}</dd>
          </div>
        ) : null,
      )}
      <dt className={term}>Entry</dt>
      <dd className={value}>
        {alone ? (
          id
        ) : (
          <Link href={entryHref(id)} prefetch={false} className="underline underline-offset-3">
            {id}
          </Link>
        )}
      </dd>
    </dl>
  );
}
