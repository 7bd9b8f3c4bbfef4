import type { Metadata } from "next";
import { Suspense } from "react";
import { requirePage } from "@/app/_server/session";
import { listAudit, listAuditFacets } from "@/lib/audit";
import { outcomes } from "@/lib/audit/schema";
import { Header, page, RowsSkeleton } from "../_identity/parts";
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
  const view = parseView(params);
  const filter = filterOf(view);
  const [first, facets] = await Promise.all([listAudit(actor, filter), listAuditFacets(actor)]);
  // A new question begins a new list, and so does a new entry on top of it.
  const key = `${queryOf(view)} ${first.entries[0]?.id}`;
  return (
    <>
      <Filters key={queryOf(view)} view={view} facets={facets} outcomes={outcomes} />
      <Entries key={key} first={first} filter={filter} isFiltered={Object.keys(view).length > 0} />
    </>
  );
}

export default async function AuditPage({ searchParams }: Props) {
  const [, params] = await Promise.all([requirePage(), searchParams]);
  const aside = (
    <div className="flex flex-wrap gap-2">
      <Export filter={filterOf(parseView(params))} />
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
