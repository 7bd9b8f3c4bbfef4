import { ShieldAlert, UserX } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { Age, useClock } from "@/app/_ui/time";
import { sessionsKeptDays } from "@/lib/auth/session-schema";
import type { PersonInfo } from "@/lib/people/schema";

const grid =
  "grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-4 py-2.5 sm:px-3 " +
  "md:grid-cols-[minmax(0,1.3fr)_7rem_minmax(0,1fr)_14rem_auto] md:py-1.5";

/** Two lines on a phone, one elsewhere. What is as it should be is quiet. */
export function PersonRow({ person, manage }: { person: PersonInfo; manage: () => void }) {
  const { name, email, role, self } = person;
  return (
    <li className={grid}>
      <span className="flex min-w-0 items-baseline gap-2">
        <span className="max-w-full shrink-0 truncate font-semibold">{name}</span>
        {self ? <span className="text-sm text-muted">you</span> : null}
        <span className="hidden truncate text-sm text-muted md:block">{email}</span>
      </span>
      <Button className="row-span-2 md:order-last md:row-span-1" aria-label={`Manage ${name}`} onClick={manage}>
        Manage
      </Button>
      <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5 text-sm md:contents md:text-base">
        <span className={role ? "" : "text-muted"}>{role ?? "No role"}</span>
        <State person={person} />
        <SignedIn person={person} />
      </span>
    </li>
  );
}

function State({ person: { enabled, secondFactor } }: { person: PersonInfo }) {
  if (enabled && secondFactor) return <span className="text-muted max-md:hidden">Second factor set up</span>;
  const Icon = enabled ? ShieldAlert : UserX;
  return (
    <span
      data-status={enabled ? "restarting" : "paused"}
      className="inline-flex items-center gap-1.5 font-semibold text-status"
    >
      <Icon className="size-4 shrink-0" aria-hidden />
      {enabled ? "No second factor yet" : "Disabled"}
    </span>
  );
}

function SignedIn({ person: { liveSessions, lastActiveAt, lastSignInAt } }: { person: PersonInfo }) {
  // A session's activity is written once a minute at most.
  const isHere = useClock((now) => (lastActiveAt && now - Date.parse(lastActiveAt) < 120_000 ? 1 : 0));
  const count = liveSessions > 1 ? `, ${liveSessions} sessions` : "";
  if (isHere) return <span>Signed in now{count}</span>;
  if (lastActiveAt) {
    return (
      <span>
        Active <Age at={lastActiveAt} /> ago{count}
      </span>
    );
  }
  if (!lastSignInAt) return <span className="text-muted">No sign-in in the last {sessionsKeptDays} days</span>;
  return (
    <span className="text-muted">
      Signed in <Age at={lastSignInAt} rough /> ago
    </span>
  );
}
