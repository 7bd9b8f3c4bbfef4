import type { ReactNode } from "react";

type Props = { title: string; aside?: ReactNode; className?: string; children: ReactNode };

/** A part of the page with its heading; what can be chosen stands at the right of it. */
export const Section = ({ title, aside, className = "", children }: Props) => (
  <section aria-label={title} className={`flex min-w-0 flex-col gap-3 ${className}`}>
    <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <h2 className="text-lg">{title}</h2>
      {aside}
    </div>
    {children}
  </section>
);
