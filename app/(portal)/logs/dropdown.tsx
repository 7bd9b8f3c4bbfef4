"use client";
import { type ReactNode, useEffect, useRef, useState } from "react";

type Props = {
  label: ReactNode;
  name: string;
  align?: "left" | "right";
  /** On a phone it takes the room that is left. */
  grow?: boolean;
  className: string;
  children: (close: () => void) => ReactNode;
};

/** A button with a panel under it; Escape, or a click elsewhere, closes it. */
export function Dropdown({ label, name, align = "left", grow, className, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    const onPointer = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    };
    document.addEventListener("pointerdown", onPointer);
    document.addEventListener("keydown", onKey, true);
    return () => {
      document.removeEventListener("pointerdown", onPointer);
      document.removeEventListener("keydown", onKey, true);
    };
  }, [isOpen]);
  return (
    <div ref={box} className={`relative ${grow ? "min-w-0 max-md:flex-1" : ""}`}>
      <button
        ref={button}
        type="button"
        aria-label={name}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
        className={className}
      >
        {label}
      </button>
      {isOpen ? (
        <div
          className={`absolute top-full z-30 mt-1.5 w-max max-w-[calc(100vw-2rem)] rounded-lg border border-border bg-raised p-1.5 shadow-float ${align === "right" ? "right-0" : "left-0"}`}
        >
          {children(() => setOpen(false))}
        </div>
      ) : null}
    </div>
  );
}
