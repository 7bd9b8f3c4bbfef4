"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { late } from "@/app/_ui/late";
import type { Titles } from "../_operate/operation-dialog";

const OperationDialog = late(() => import("../_operate/operation-dialog").then((all) => all.OperationDialog));

export type Look = "probe" | "measure";

const buttons: Record<Look, string> = { probe: "Check now", measure: "Measure now" };

const titlesOf: Record<Look, (title: string) => Titles> = {
  probe: (title) => ({
    ...{ asked: `Checking ${title}`, running: `Checking ${title}` },
    ...{ done: `${title} answers its healthcheck`, failed: `The check of ${title} failed` },
  }),
  measure: (title) => ({
    ...{ asked: `Measuring the volumes of ${title}`, running: `Measuring the volumes of ${title}` },
    ...{ done: `Volumes of ${title}`, failed: `Measuring the volumes of ${title} failed` },
  }),
};

type Props = {
  look: Look;
  service: string;
  title: string;
  /** What is open stays so when it is not offered any more: a service that falls over is the one to look at. */
  offered: boolean;
  onEnd?: () => void;
};

/** A look that changes nothing of the service: it begins with the click, and its output is shown. */
export function LookButton({ look, service, title, offered, onEnd }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      {offered ? (
        <Button
          className="text-sm text-text"
          onClick={() => setOpen(true)}
          onPointerEnter={OperationDialog.ahead}
          onFocus={OperationDialog.ahead}
        >
          {buttons[look]}
        </Button>
      ) : null}
      {open ? (
        <OperationDialog
          titles={titlesOf[look](title)}
          steps={[{ name: title, path: `/api/v1/services/${encodeURIComponent(service)}/${look}` }]}
          button={buttons[look]}
          atOnce
          keep={() => undefined}
          onClose={() => setOpen(false)}
          {...(onEnd ? { onEnd } : {})}
        />
      ) : null}
    </>
  );
}
