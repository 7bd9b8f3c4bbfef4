import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { StatusIcon } from "@/app/_ui/status";
import { Moment, useExact } from "@/app/_ui/time";
import type { AuditEntry } from "@/lib/audit/schema";
import { entryHref } from "./entry-href";

const statuses = { done: null, failed: "failed", refused: "restarting", unfinished: "paused" } as const;

/** One line: when, who, what, on what; opened, everything that was written. */
export function Entry({ entry, opened }: { entry: AuditEntry; opened: boolean }) {
  const [open, setOpen] = useState(opened);
  const { at, actor, action, target, outcome } = entry;
  const status = statuses[outcome];
  const quiet = actor.kind === "person" || actor.kind === actor.name;
  return (
    // Thousands may be on the page: those out of sight are not laid out.
    <li className="[contain-intrinsic-block-size:auto_2.4rem] [content-visibility:auto]">
      <details
        className="group"
        data-status={status ?? undefined}
        open={open}
        onToggle={(event) => setOpen(event.currentTarget.open)}
      >
        <summary className="grid cursor-pointer grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 gap-y-0.5 px-4 py-2 marker:content-none hover:bg-hover sm:px-3 md:grid-cols-[8rem_minmax(0,12rem)_minmax(0,12rem)_minmax(0,1fr)_auto_1rem] [&::-webkit-details-marker]:hidden">
          <span className="text-sm whitespace-nowrap text-muted max-md:order-2 max-md:text-right">
            <Moment at={at} />
          </span>
          <span className="truncate max-md:order-1" title={actor.name}>
            <span className="font-semibold">{actor.name}</span>
            {quiet ? "" : <span className="text-sm text-muted"> {actor.kind}</span>}
          </span>
          <span className="truncate font-mono text-sm max-md:order-3">{action}</span>
          <span className="truncate text-muted max-md:order-5 max-md:col-span-2">{target}</span>
          {status ? (
            <span className="inline-flex items-baseline gap-1.5 font-semibold text-status max-md:order-4">
              <StatusIcon status={status} className="size-4 translate-y-0.5" />
              {outcome}
            </span>
          ) : (
            <span className="text-muted max-md:order-4 max-md:text-right">{outcome}</span>
          )}
          <ChevronRight
            className="size-4 translate-y-0.5 text-muted transition-transform group-open:rotate-90 max-md:hidden"
            aria-hidden="true"
          />
        </summary>
        {open ? <Written entry={entry} alone={opened} /> : null}
      </details>
    </li>
  );
}

/** On one line while it is short. */
function json(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const line = JSON.stringify(value, null, 1);
  return line.length > 120 ? line : line.replace(/\n */g, " ");
}

function Written({ entry, alone }: { entry: AuditEntry; alone: boolean }) {
  const { id, at, finishedAt, actor, target, error, details, before, after } = entry;
  const facts: [string, string | null][] = [
    ["Begun", useExact(at)],
    ["Took", finishedAt ? `${Date.parse(finishedAt) - Date.parse(at)} ms` : "the outcome is not known"],
    ["On what", target],
    ["Why not", error],
    ["Before", json(before)],
    ["After", json(after)],
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
    <dl className="grid grid-cols-[4.5rem_minmax(0,1fr)] gap-x-4 gap-y-1 border-t border-border bg-sunken px-4 py-3 text-sm sm:px-3 md:grid-cols-[8rem_minmax(0,1fr)]">
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
