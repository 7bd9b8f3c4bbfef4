import { Button } from "@/app/_ui/button";
import { Age, Moment } from "@/app/_ui/time";
import type { SessionInfo } from "@/lib/auth/session-schema";
import type { Shown } from "./shown";

export const where = ({ browser, system }: Pick<SessionInfo, "browser" | "system">): string =>
  [browser ?? "A program", system].filter(Boolean).join(" on ");

type Props = { session: Shown; named: boolean; busy: boolean; end: (() => void) | null };

export function SessionRow({ session, named, busy, end }: Props) {
  const { user, ip, createdAt, lastSeenAt, expiresAt, ended } = session;
  const device = where(session);
  return (
    <li className="grid min-h-15 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-4 py-2.5 sm:px-3">
      <span className="min-w-0">
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          {named ? (
            <span className={`min-w-0 break-words ${ended ? "text-muted" : "font-semibold"}`}>{user.name}</span>
          ) : null}
          <span className={named || ended ? "text-muted" : "font-semibold"}>{device}</span>
        </span>
        <span className="flex flex-wrap gap-x-3 text-sm text-muted">
          {ip ? <span className="font-mono">{ip}</span> : null}
          <span>
            since <Moment at={createdAt} />
          </span>
          {/* A line of its own on a phone, the age last: their widths change, and nothing may move for it. */}
          <span className="flex gap-x-3 max-md:basis-full">
            <span>
              until <Moment at={expiresAt} />
            </span>
            <span>
              {end ? (
                <>
                  active <Age at={lastSeenAt} /> ago
                </>
              ) : (
                "active now"
              )}
            </span>
          </span>
        </span>
      </span>
      {end ? (
        <Button
          aria-label={`${ended ? "Ended:" : "End"} ${named ? `the session of ${user.name}, ` : ""}${device}`}
          aria-disabled={busy || ended}
          onClick={busy || ended ? undefined : end}
          className="min-w-19"
        >
          {ended ? "Ended" : "End"}
        </Button>
      ) : (
        <span className="px-2 text-muted">This one</span>
      )}
    </li>
  );
}
