import { ButtonLink } from "@/app/_ui/button";
import type { Failed } from "@/app/_ui/call";

/** Why it was refused; when the one-time code is wanted again, the way to give it and come back. */
export function Problem({ failed, back }: { failed: Failed | null; back: string }) {
  if (!failed) return null;
  return (
    <div
      role="alert"
      data-status="restarting"
      className="flex flex-wrap items-center justify-between gap-3 rounded-md border border-status bg-status-soft px-3 py-2"
    >
      <p className="min-w-0 flex-1 basis-60">{failed.message}</p>
      {failed.code === "step-up-needed" ? (
        <ButtonLink kind="primary" prefetch={false} href={`/login/confirm?back=${encodeURIComponent(back)}`}>
          Give the code
        </ButtonLink>
      ) : null}
    </div>
  );
}
