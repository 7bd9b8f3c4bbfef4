import { ChevronRight } from "lucide-react";
import { StatusIcon } from "@/app/_ui/status";
import { Moment, useExact } from "@/app/_ui/time";
import type { AuditEntry } from "@/lib/audit/schema";

const statuses = { done: null, failed: "failed", refused: "restarting", unfinished: "paused" } as const;

/** One line: when, who, what, on what; opened, everything that was written. */
export function Entry({ entry }: { entry: AuditEntry }) {
  const { at, actor, action, target, outcome } = entry;
  const status = statuses[outcome];
  return (
    <li>
      <details className="group" data-status={status ?? undefined}>
        <summary className="grid grid-cols-[minmax(0,1fr)_auto] items-baseline gap-x-4 gap-y-0.5 px-4 py-2 marker:content-none hover:bg-hover sm:px-3 md:grid-cols-[8.5rem_minmax(0,10rem)_minmax(0,12rem)_minmax(0,1fr)_auto_1rem]">
          <span className="text-sm whitespace-nowrap text-muted max-md:order-2 max-md:text-right">
            <Moment at={at} />
          </span>
          <span className="truncate max-md:order-1">
            <span className="font-semibold">{actor.name}</span>
            {actor.kind === "person" ? "" : <span className="text-sm text-muted"> {actor.kind}</span>}
          </span>
          <span className="truncate font-mono text-sm max-md:order-3">{action}</span>
          <span className="truncate text-muted max-md:order-5 max-md:col-span-2">{target}</span>
          {status ? (
            <span className="inline-flex items-center gap-1.5 font-semibold text-status max-md:order-4">
              <StatusIcon status={status} />
              {outcome}
            </span>
          ) : (
            <span className="text-muted max-md:order-4">{outcome}</span>
          )}
          <ChevronRight
            className="size-4 translate-y-0.5 text-muted transition-transform group-open:rotate-90 max-md:hidden"
            aria-hidden="true"
          />
        </summary>
        <Written entry={entry} />
      </details>
    </li>
  );
}

const json = (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value, null, 1));

function Written({ entry }: { entry: AuditEntry }) {
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
    ["Entry", id],
  ];
  return (
    <dl className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-4 gap-y-1 border-t border-border bg-sunken px-4 py-3 text-sm sm:px-3">
      {facts.map(([name, value]) =>
        value ? (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="font-mono break-words whitespace-pre-wrap">{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
