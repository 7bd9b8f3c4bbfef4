"use client";
import Link from "next/link";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { StatusIcon } from "@/app/_ui/status";
import { Moment } from "@/app/_ui/time";
import { type Change, type History, timelineStatus } from "@/lib/services/history-schema";
import { entryHref } from "../../audit/entry-href";
import { causeWords, changeWords } from "./history-words";

const first = 6;

/** Each change as text: when, what, why, and the healthcheck's last words. */
export function Changes({ history }: { history: History }) {
  const [all, setAll] = useState(false);
  const { changes, more } = history;
  const shown = all ? changes : changes.slice(0, first);
  const several = new Set(changes.map(({ containerId }) => containerId)).size > 1;
  if (changes.length === 0) return <p className="text-muted">Nothing has changed in this time.</p>;
  return (
    <div className="flex flex-col gap-3">
      <ol aria-label="Changes, newest first" className="border-t border-border">
        {shown.map((change, index) => {
          const before = changes.slice(index + 1).find(({ containerId }) => containerId === change.containerId);
          return <Row key={change.id} change={change} before={before} several={several} />;
        })}
      </ol>
      {changes.length > first ? (
        <div className="flex items-center gap-4">
          <Button aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? "Show fewer" : `Show all ${changes.length}`}
          </Button>
          {all && more > 0 ? <p className="text-muted">{more} older ones are not shown.</p> : null}
        </div>
      ) : null}
    </div>
  );
}

function Row({ change, before, several }: { change: Change; before: Change | undefined; several: boolean }) {
  const status = timelineStatus(change);
  const cause = causeWords(change);
  const quiet = status === "healthy" || status === "running" || change.state === "created" || change.state === "gone";
  const known = status !== "unknown" && status !== "gone";
  return (
    <li
      data-status={status}
      className="grid grid-cols-[1rem_minmax(0,1fr)_auto] items-baseline gap-x-2.5 border-b border-border py-1.5"
    >
      {known ? <StatusIcon status={status} className="size-4 translate-y-0.5" /> : <Unknown />}
      <span className="min-w-0">
        <span className={quiet ? "" : "font-semibold text-status"}>{changeWords(change, before)}</span>
        {cause && change.audit ? (
          <>
            {" "}
            <Link
              href={entryHref(change.audit.id)}
              prefetch={false}
              className="text-muted underline underline-offset-3 hover:text-text"
            >
              {cause}
            </Link>
          </>
        ) : cause ? (
          <span className="text-muted"> {cause}</span>
        ) : null}
        {several ? <span className="text-sm break-all text-muted"> ({change.container})</span> : null}
      </span>
      <span className="text-sm whitespace-nowrap text-muted">
        <Moment at={change.at} seconds />
      </span>
      {change.probe && (status === "unhealthy" || status === "failed") ? (
        <pre className="col-span-2 col-start-2 mt-1 max-h-24 overflow-auto rounded-sm bg-sunken px-2.5 py-1.5 font-mono text-xs break-words whitespace-pre-wrap text-muted">
          {change.probe}
        </pre>
      ) : null}
    </li>
  );
}

const Unknown = () => (
  <svg viewBox="0 0 16 16" className="size-4 shrink-0 translate-y-0.5 text-muted" fill="none" aria-hidden="true">
    <circle cx="8" cy="8" r="4.5" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2 2.4" />
  </svg>
);
