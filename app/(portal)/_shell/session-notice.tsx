"use client";
import { LogIn } from "lucide-react";
import { useLive } from "../_live/use-live";

/** Says that the session is over, and leads back to this very place, its filters included. */
export function SessionNotice() {
  const { link } = useLive();
  if (link !== "ended") return null;
  const back = `${window.location.pathname}${window.location.search}`;
  return (
    <div
      role="alert"
      className="fixed inset-x-3 bottom-20 z-40 flex items-center gap-4 rounded-lg border border-border bg-raised px-4 py-3 shadow-float md:right-6 md:bottom-6 md:left-auto md:max-w-md"
    >
      <p className="flex-1">
        <strong className="block font-semibold">You have been signed out</strong>
        <span className="text-muted">What you see is as old as that.</span>
      </p>
      <a
        href={`/login?callbackUrl=${encodeURIComponent(back)}`}
        className="inline-flex min-h-9 items-center gap-2 rounded-md bg-accent px-3.5 font-semibold text-on-accent"
      >
        <LogIn className="size-4" />
        Sign in
      </a>
    </div>
  );
}
