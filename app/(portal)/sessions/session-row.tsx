import { Button } from "@/app/_ui/button";
import { Age, Moment } from "@/app/_ui/time";
import type { SessionInfo } from "@/lib/auth/session-schema";

export const where = ({ browser, system }: Pick<SessionInfo, "browser" | "system">): string =>
  [browser ?? "a program", system].filter(Boolean).join(" on ");

type Props = { session: SessionInfo; name?: string; end: (() => void) | null };

export function SessionRow({ session, name, end }: Props) {
  const { ip, createdAt, lastSeenAt, expiresAt, current } = session;
  const device = where(session);
  return (
    <li className="grid min-h-15 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-4 py-2.5 sm:px-3">
      <span className="min-w-0">
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          {name ? <span className="font-semibold">{name}</span> : null}
          <span className={name ? "text-muted" : "font-semibold"}>{device}</span>
        </span>
        <span className="flex flex-wrap gap-x-3 text-sm text-muted">
          {ip ? <span className="font-mono">{ip}</span> : null}
          <span>
            since <Moment at={createdAt} />
          </span>
          <span>
            active <Age at={lastSeenAt} /> ago
          </span>
          <span>
            until <Moment at={expiresAt} />
          </span>
        </span>
      </span>
      {end ? (
        <Button aria-label={`End ${name ? `the session of ${name}, ` : ""}${device}`} onClick={end}>
          End
        </Button>
      ) : (
        <span className="text-muted">{current ? "this one" : ""}</span>
      )}
    </li>
  );
}
