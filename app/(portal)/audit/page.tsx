import type { Metadata } from "next";
import { Suspense } from "react";
import { requirePage } from "@/app/_server/session";
import { listAudit, listAuditFacets } from "@/lib/audit";
import { outcomes } from "@/lib/audit/schema";
import { Header, page, RowsSkeleton, Unread } from "../_identity/parts";
import { Entries } from "./entries";
import { Export } from "./export";
import { Filters } from "./filters";
import { filterOf, parseView } from "./parse-view";
import { Verify } from "./verify";
import { queryOf } from "./view";

export const metadata: Metadata = { title: "Audit" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

async function Trail({ searchParams }: Props) {
  const [actor, params] = await Promise.all([requirePage(), searchParams]);
  const { view, problems } = parseView(params);
  const filter = filterOf(view);
  const isFiltered = Object.keys(view).length + problems.length > 0;
  const [first, facets] = await Promise.all([
    problems.length > 0 ? null : listAudit(actor, filter),
    listAuditFacets(actor),
  ]);
  // A new question begins a new list, and so does a new entry on top of it.
  const key = `${queryOf(view)} ${first?.entries[0]?.id}`;
  return (
    <>
      <Filters {...{ view, facets, outcomes, isFiltered }} />
      {problems.map((words) => (
        <Unread key={words} message={words} />
      ))}
      {first ? <Entries key={key} first={first} filter={filter} isFiltered={isFiltered} /> : null}
    </>
  );
}

export default async function AuditPage({ searchParams }: Props) {
  const [, params] = await Promise.all([requirePage(), searchParams]);
  const { view, problems } = parseView(params);
  const aside = (
    <div className="flex flex-wrap gap-2">
      {problems.length === 0 ? <Export filter={filterOf(view)} /> : null}
      <Verify />
    </div>
  );
  return (
    <div className={page.replace("gap-8", "gap-5")}>
      <Header title="Audit" aside={aside}>
        Who did what, on what, when and from where.
      </Header>
      <Suspense fallback={<RowsSkeleton count={12} />}>
        <Trail searchParams={searchParams} />
      </Suspense>
    </div>
  );
}
