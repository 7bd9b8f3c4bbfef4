import type { ReactNode } from "react";
import { Wordmark } from "./wordmark";

// A slide rule's scale: the mark of this house, and the axis of the overview's picture.
const ticks = [1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((digit) => [Math.log10(digit), 1 + Math.log10(digit)]).concat(2);

const Rule = () => (
  <svg viewBox="0 0 400 14" className="w-full stroke-border-strong" aria-hidden="true">
    <path
      d={`M0 .5h400${ticks.map((tick) => `M${(tick * 199 + 1).toFixed(1)} 0v${tick % 1 === 0 ? 14 : 7}`).join("")}`}
    />
  </svg>
);

/** A page of its own outside the signed-in frame: the wordmark, one thing to say, one thing to do. */
export const Screen = ({ children }: { children: ReactNode }) => (
  <main className="mx-auto flex min-h-dvh w-full max-w-[26rem] flex-col justify-center gap-8 px-6 py-12">
    <Wordmark />
    <Rule />
    <div className="flex flex-col gap-5">{children}</div>
  </main>
);

/** The words of an empty, missing or broken place. */
export const Message = ({ title, children }: { title: string; children: ReactNode }) => (
  <>
    <h1 className="text-2xl tracking-[-0.015em]">{title}</h1>
    <div className="flex flex-col gap-3 text-lg text-muted">{children}</div>
  </>
);
