"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { call, type Failed } from "@/app/_ui/call";
import type { AuditPage } from "@/lib/audit/schema";
import { Nothing } from "../_identity/parts";
import { Problem } from "../_identity/problem";
import { Entry, line } from "./entry";
import { queryOf } from "./view";

type Props = { first: AuditPage; filter: Record<string, string>; isFiltered: boolean };

const headings = ["When", "Who", "What", "On what", "Outcome"];

export function Entries({ first, filter, isFiltered }: Props) {
  const [pages, setPages] = useState([first]);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Failed | null>(null);
  const next = pages.at(-1)?.next;
  const entries = pages.flatMap((page) => page.entries);

  async function older() {
    setBusy(true);
    const result = await call<AuditPage>("GET", `/audit${queryOf({ ...filter, before: next ?? undefined })}`);
    setBusy(false);
    setFailed(result.ok ? null : result);
    if (result.ok) setPages((before) => [...before, result.data]);
  }

  if (entries.length === 0) {
    return <Nothing>{isFiltered ? "Nothing of that kind was done." : "Nothing has been done yet."}</Nothing>;
  }
  return (
    <div className="flex flex-col gap-4">
      <div className="-mx-4 border-y border-border bg-surface sm:mx-0 sm:rounded-lg sm:border">
        <table aria-label="Entries, newest first" className="block">
          {/* Not seen on a phone, but read out there too. */}
          <thead className="max-lg:sr-only lg:block">
            <tr className={`${line} text-sm text-muted`}>
              {headings.map((words) => (
                <th key={words} scope="col" className="text-left font-normal">
                  {words}
                </th>
              ))}
              <th scope="col">
                <span className="sr-only">Everything that was written</span>
              </th>
            </tr>
          </thead>
          {entries.map((entry, index) => (
            <Entry key={entry.id} entry={entry} above={entries[index - 1]?.at} opened={entry.id === filter.entry} />
          ))}
        </table>
      </div>
      <Problem failed={failed} />
      {next ? (
        <Button className="self-center" disabled={busy} onClick={older}>
          Older entries
        </Button>
      ) : null}
    </div>
  );
}
