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
      className="m-auto w-[min(32rem,calc(100vw-2rem))] rounded-lg border border-border bg-raised text-text shadow-float"
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
