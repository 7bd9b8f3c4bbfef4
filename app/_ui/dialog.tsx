"use client";
import { type ReactNode, useEffect, useId, useRef } from "react";

type Props = { title: string; onClose: () => void; children: ReactNode };

/** A modal that names what it is about. Escape and the backdrop close it; focus goes in and comes back. */
export function Dialog({ title, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the dialog's own; the click is on the backdrop.
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
      className="m-auto p-0! max-h-[calc(100dvh-2rem)] w-[min(32rem,calc(100vw-2rem))] scroll-pb-20 overflow-y-auto overscroll-contain rounded-lg border border-border bg-raised text-text shadow-float"
    >
      <div className="flex flex-col gap-4 p-5">
        <h2 id={id} className="text-lg">
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  );
}

/** A dialog's buttons: they stay in sight while what stands above them scrolls. */
export const DialogFooter = ({ children }: { children: ReactNode }) => (
  <div className="sticky bottom-0 z-1 -mx-5 -mb-5 flex flex-wrap items-center justify-end gap-2 border-t border-border bg-raised px-5 py-4">
    {children}
  </div>
);
