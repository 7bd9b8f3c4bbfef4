"use client";
import { Play, RotateCw, Square, X } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { keepDraft, useDraft } from "@/app/_ui/draft";
import { late } from "@/app/_ui/late";
import type { ServiceRow } from "@/lib/services/schema";
import { type Verb, words } from "../[service]/verbs";
import { chosenWords } from "./selection";

const BulkDialog = late(() => import("./bulk-dialog").then(({ BulkDialog }) => BulkDialog));
const icons = { start: Play, restart: RotateCw, stop: Square };

type Props = {
  /** All rows, also those that the filter hides: what was chosen stays chosen. */
  rows: readonly ServiceRow[];
  /** Those that the filter lets through. */
  shown: readonly ServiceRow[];
  selected: ReadonlySet<string>;
  own: string | null;
  allowed: readonly Verb[];
  choose: (services: ReadonlySet<string>) => void;
};

type Draft = { verb: Verb; services: readonly string[] };
const draftName = "/services";

export function BulkBar({ rows, shown, selected, own, allowed, choose }: Props) {
  const [asked, setAsked] = useState<Verb | null>(null);
  useDraft<Draft>(draftName, ({ verb, services }) => {
    if (!allowed.includes(verb)) return;
    choose(new Set(services));
    setAsked(verb);
  });
  if (selected.size === 0) return null;
  const { count, hidden } = chosenWords(selected, shown);
  return (
    <section
      aria-label="Chosen services"
      className="fixed inset-x-4 bottom-18 z-10 flex items-center max-sm:flex-wrap gap-1.5 rounded-lg border border-border bg-raised p-2 pl-3 sm:gap-2 sm:pl-4 [&_button]:px-3 sm:[&_button]:px-3.5 shadow-float sm:inset-x-auto sm:left-1/2 sm:-translate-x-1/2 md:bottom-6 md:left-[calc(50%+6.75rem)]"
    >
      <p role="status" className={`mr-auto whitespace-nowrap sm:mr-3 ${hidden ? "max-sm:basis-full" : ""}`}>
        <span className="font-semibold">{count}</span>
        {hidden ? <span className="text-muted">, {hidden}</span> : null}
      </p>
      {allowed.map((verb) => {
        const Icon = icons[verb];
        return (
          <Button
            key={verb}
            onClick={() => setAsked(verb)}
            onPointerEnter={BulkDialog.ahead}
            onFocus={BulkDialog.ahead}
          >
            <Icon className="hidden size-4 stroke-[1.75] text-muted sm:block" aria-hidden />
            {words[verb].button}
          </Button>
        );
      })}
      <Button
        onClick={() => choose(new Set())}
        aria-label="Choose none"
        title="Choose none"
        className="px-2! max-sm:ml-auto"
      >
        <X className="size-4 stroke-[1.75]" aria-hidden />
      </Button>
      {asked ? (
        <BulkDialog
          verb={asked}
          rows={rows}
          selected={selected}
          own={own}
          keep={() => keepDraft(draftName, { verb: asked, services: [...selected] } satisfies Draft)}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </section>
  );
}
