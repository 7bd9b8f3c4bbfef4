import type { ReactNode } from "react";
import type { Status } from "@/lib/services/schema";

const line = { fill: "none", stroke: "currentColor", strokeWidth: 1.75, strokeLinecap: "round" } as const;

// Each state has a shape of its own, so that colour is never the only sign.
const shapes: Record<Status, ReactNode> = {
  healthy: <circle cx="8" cy="8" r="3.5" fill="currentColor" />,
  running: <circle cx="8" cy="8" r="3.5" {...line} />,
  starting: (
    <>
      <circle cx="8" cy="8" r="5" {...line} strokeOpacity="0.35" />
      <path d="M8 3a5 5 0 0 1 5 5" {...line} className="origin-center animate-spin [animation-duration:1.6s]" />
    </>
  ),
  restarting: <path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3" {...line} strokeLinejoin="round" />,
  unhealthy: (
    <>
      <path d="M8 1.9 15 14H1z" fill="currentColor" stroke="currentColor" strokeLinejoin="round" />
      <path d="M8 6.3v3.6M8 12.2v.1" {...line} stroke="var(--color-surface)" />
    </>
  ),
  failed: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" {...line} stroke="var(--color-surface)" />
    </>
  ),
  paused: <path d="M5.75 4v8m4.5-8v8" {...line} strokeWidth="2.25" />,
  stopped: <rect x="4" y="4" width="8" height="8" rx="1" {...line} />,
};

export const statusWords: Record<Status, string> = {
  healthy: "Healthy",
  running: "Running",
  starting: "Starting",
  restarting: "Restarting",
  unhealthy: "Unhealthy",
  failed: "Failed",
  paused: "Paused",
  stopped: "Stopped",
};

export const StatusIcon = ({ status, className = "size-4" }: { status: Status; className?: string }) => (
  <svg viewBox="0 0 16 16" data-status={status} className={`shrink-0 text-status ${className}`} aria-hidden="true">
    {shapes[status]}
  </svg>
);

/** Icon and word; what is well is said in a quiet colour. A detail that has no room beside the word goes under it. */
export const StatusBadge = ({ status, detail }: { status: Status; detail?: string | null }) => (
  <span data-status={status} className="inline-flex min-w-0 items-center gap-2">
    <StatusIcon status={status} />
    <span className="flex min-w-0 gap-x-2 md:flex-wrap md:leading-tight">
      <span className={status === "healthy" || status === "running" ? "text-muted" : "font-semibold text-status"}>
        {statusWords[status]}
      </span>
      {detail ? (
        <span className="truncate text-muted" title={detail}>
          {detail}
        </span>
      ) : null}
    </span>
  </span>
);
