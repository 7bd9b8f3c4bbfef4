"use client";
import { Play, RotateCw, Square } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { useDraft } from "@/app/_ui/draft";
import type { ServiceRow } from "@/lib/services/schema";
import { useLive } from "../../_live/use-live";
import { draftOf, possible, type Verb, words } from "./verbs";

// It comes with the first opening, not with the page.
const OperateDialog = dynamic(() => import("./operate-dialog").then((all) => all.OperateDialog), { ssr: false });
const icons = { start: Play, restart: RotateCw, stop: Square };

type Props = {
  row: Pick<ServiceRow, "service" | "title" | "state" | "protected">;
  allowed: readonly Verb[];
  usedBy: readonly string[];
};

/** Buttons for what may be done now; absent, not disabled, where there is nothing or the role does not reach. */
export function Actions({ row, allowed, usedBy }: Props) {
  const [asked, setAsked] = useState<Verb | null>(null);
  useDraft<Verb>(draftOf(row.service), (verb) => allowed.includes(verb) && setAsked(verb));
  const here = useLive().services?.filter(({ service }) => service === row.service) ?? [row];
  return (
    <>
      {possible(
        here.map(({ state }) => state),
        allowed,
        row.protected,
      ).map((verb) => {
        const Icon = icons[verb];
        return (
          <Button key={verb} onClick={() => setAsked(verb)}>
            <Icon className="size-4 stroke-[1.75] text-muted" aria-hidden />
            {words[verb].button}
          </Button>
        );
      })}
      {asked ? (
        <OperateDialog
          verb={asked}
          service={row.service}
          title={row.title}
          usedBy={usedBy}
          onClose={() => setAsked(null)}
        />
      ) : null}
    </>
  );
}
