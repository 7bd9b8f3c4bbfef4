"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { call, type Failed } from "@/app/_ui/call";
import type { AuditPage } from "@/lib/audit/schema";
import { Nothing, rows } from "../_identity/parts";
import { Problem } from "../_identity/problem";
import { Entry } from "./entry";
import { queryOf } from "./view";

type Props = { first: AuditPage; filter: Record<string, string>; isFiltered: boolean };

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
      <ol aria-label="Entries, newest first" className={rows}>
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} opened={entry.id === filter.entry} />
        ))}
      </ol>
      <Problem failed={failed} />
      {next ? (
        <Button className="self-center" disabled={busy} onClick={older}>
          Older entries
        </Button>
      ) : null}
    </div>
  );
}
