"use client";
import { type ReactNode, useState } from "react";
import { Button } from "@/app/_ui/button";
import type { Called, Failed } from "@/app/_ui/call";
import { Dialog, DialogFooter } from "@/app/_ui/dialog";
import { CodeNotice } from "./code-notice";
import { Problem } from "./problem";

type Props = {
  title: string;
  verb: string;
  danger?: boolean;
  /** The deed needs a fresh second factor. */
  needsCode?: boolean;
  act: () => Promise<Called<unknown>>;
  onDone: () => void;
  onClose: () => void;
  /** Keeps the question while the one-time code is given. */
  keep?: () => void;
  /** What is lost. */
  children: ReactNode;
};

export const closeOwn = (event: { currentTarget: HTMLElement }) => event.currentTarget.closest("dialog")?.close();

/** Asks once, names the loss, repeats the verb; says in the same place why it was refused. */
export function ConfirmDialog({ title, verb, danger, needsCode = false, act, onDone, onClose, keep, children }: Props) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Failed | null>(null);
  async function run() {
    setBusy(true);
    const result = await act();
    setBusy(false);
    if (result.ok) onDone();
    else setFailed(result);
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="flex flex-col gap-2 break-words text-muted">{children}</div>
      {needsCode && !failed ? <CodeNotice /> : null}
      <Problem failed={failed} keep={keep} />
      <DialogFooter>
        <Button autoFocus={danger} onClick={closeOwn}>
          Cancel
        </Button>
        {failed?.code === "step-up-needed" ? null : (
          <Button kind={danger ? "danger" : "primary"} autoFocus={!danger} disabled={busy} onClick={run}>
            {failed ? "Try again" : verb}
          </Button>
        )}
      </DialogFooter>
    </Dialog>
  );
}
