"use client";
import { useState } from "react";
import { mostReplicas } from "@/lib/services/schema";
import { OperationDialog } from "../_operate/operation-dialog";
import type { Asked } from "./operate-dialog";
import { lossOfScale } from "./orders";

export function ScaleDialog({ service, title, facts, needsCode, keep, onClose, now }: Asked & { now: number }) {
  const [typed, setTyped] = useState(String(now));
  const wanted = Number(typed);
  const valid = Number.isInteger(wanted) && wanted >= 1 && wanted <= mostReplicas;
  return (
    <OperationDialog
      titles={{
        ...{ asked: `How many containers of ${title}?`, running: `Scaling ${title}` },
        ...{ done: `${title} is scaled`, failed: `Scaling ${title} failed` },
      }}
      steps={[
        {
          name: title,
          path: `/api/v1/services/${encodeURIComponent(service)}/scale`,
          body: { replicas: wanted },
        },
      ]}
      button="Scale"
      danger={valid && wanted < now}
      ready={valid && wanted !== now}
      needsCode={needsCode}
      keep={keep}
      onClose={onClose}
    >
      <label className="flex items-center gap-3 text-text">
        Containers
        <input
          type="number"
          inputMode="numeric"
          min={1}
          max={mostReplicas}
          step={1}
          value={typed}
          aria-describedby="scale-loss"
          onChange={(event) => setTyped(event.target.value)}
          className="h-9 w-20 rounded-md border border-border bg-surface px-2.5 text-lg md:text-base"
        />
      </label>
      <p id="scale-loss" role="status">
        {valid ? lossOfScale(now, wanted) : `Give a whole number from 1 to ${mostReplicas}.`}
      </p>
      {valid && wanted < now && facts && facts.usedBy.length > 0 ? (
        <p>
          It is used by{" "}
          <strong className="font-semibold text-text">{facts.usedBy.map((tie) => tie.title).join(", ")}</strong>.
        </p>
      ) : null}
    </OperationDialog>
  );
}
