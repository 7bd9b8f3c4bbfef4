import { ButtonLink } from "@/app/_ui/button";
import type { Failed } from "@/app/_ui/call";

type Props = {
  failed: Failed | null;
  /** Keeps what was typed while the code is given. */
  keep?: () => void;
};

const here = () => encodeURIComponent(`${window.location.pathname}${window.location.search}`);

/** To the question for the one-time code, and back to this very place. Rendered in the browser alone. */
export const GiveCode = ({ keep = () => undefined }: Pick<Props, "keep">) => (
  <ButtonLink kind="primary" prefetch={false} onClick={keep} href={`/login/confirm?back=${here()}`}>
    Give the code
  </ButtonLink>
);

/** Why it was refused; when the one-time code or a sign-in is wanted again, the way there and back. */
export function Problem({ failed, keep }: Props) {
  if (!failed) return null;
  return (
    <div
      role="alert"
      data-status="restarting"
      className="flex flex-wrap items-center justify-between gap-3 rounded-md border border-status bg-status-soft px-3 py-2"
    >
      <p className="min-w-0 flex-1 basis-60">{failed.message}</p>
      {failed.code === "step-up-needed" ? <GiveCode keep={keep} /> : null}
      {failed.code === "unauthenticated" ? (
        <ButtonLink kind="primary" prefetch={false} href={`/login?callbackUrl=${here()}`}>
          Sign in
        </ButtonLink>
      ) : null}
    </div>
  );
}
