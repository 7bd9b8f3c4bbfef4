// Frame, fields and rows that the pages of people, sessions and the audit share.
import type { ComponentProps, ReactNode } from "react";

export const page = "mx-auto flex max-w-[84rem] flex-col gap-8";
export const rows =
  "-mx-4 border-y border-border bg-surface sm:mx-0 sm:rounded-lg sm:border [&>li:not(:first-child)]:border-t [&>li]:border-border";
export const box = "h-9 min-w-0 rounded-md border border-border bg-surface px-2.5 text-lg md:text-base";

export const Header = ({ title, children, aside }: { title: string; children: ReactNode; aside?: ReactNode }) => (
  <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
    <div className="flex min-w-0 flex-1 basis-52 flex-col gap-1">
      <h1 className="text-2xl tracking-[-0.015em]">{title}</h1>
      <p className="text-lg text-muted">{children}</p>
    </div>
    {aside}
  </header>
);

type FieldProps = ComponentProps<"input"> & { label: string; hint?: string; problem?: string | undefined };

export const Field = ({ label, hint, problem, ...props }: FieldProps) => (
  <label className="flex flex-col gap-1">
    <span className="font-semibold">{label}</span>
    <input
      autoComplete="off"
      spellCheck={false}
      aria-invalid={problem ? true : undefined}
      {...props}
      className={`${box} ${problem ? "border-status-failed" : "border-border-strong"}`}
    />
    {problem || hint ? (
      <span className={`text-sm ${problem ? "text-status-failed" : "text-muted"}`}>{problem ?? hint}</span>
    ) : null}
  </label>
);

export const Nothing = ({ children }: { children: ReactNode }) => (
  <p className="-mx-4 border-y border-border bg-surface px-4 py-10 text-center text-muted sm:mx-0 sm:rounded-lg sm:border">
    {children}
  </p>
);

/** A part that could not be read: the others stay. */
export const Unread = ({ message }: { message: string }) => (
  <p role="alert" data-status="unhealthy" className="rounded-lg border border-status bg-status-soft px-4 py-3">
    {message}
  </p>
);

export const RowsSkeleton = ({ count = 6 }: { count?: number }) => (
  <div className="-mx-4 border-y border-border bg-surface sm:mx-0 sm:rounded-lg sm:border" aria-busy="true">
    {Array.from({ length: count }, (_, index) => (
      <div key={index} className="flex h-15 items-center gap-6 px-4 not-first:border-t not-first:border-border">
        <span className="h-2.5 w-28 rounded-sm bg-hover" />
        <span className="h-2.5 w-44 rounded-sm bg-hover" />
      </div>
    ))}
  </div>
);
