"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { type Called, call, type Failed } from "@/app/_ui/call";
import { Section } from "@/app/_ui/section";
import type { SessionInfo } from "@/lib/auth/session-schema";
import { Nothing, rows } from "../_identity/parts";
import { Problem } from "../_identity/problem";
import { SessionRow, where } from "./session-row";
import { type Shown, shownAfter } from "./shown";

type Props = { sessions: readonly SessionInfo[]; self: string; seesOthers: boolean };

/** One click ends a session; whoever was in it can sign in again. It stays in its place until the page is opened anew. */
export function Sessions({ sessions, self, seesOthers }: Props) {
  const [read, setRead] = useState(sessions);
  const [shown, setShown] = useState(() => shownAfter([], sessions));
  if (read !== sessions) {
    setRead(sessions);
    setShown(shownAfter(shown, sessions));
  }
  const own = shown.filter(({ user }) => user.id === self);
  const others = shown.filter(({ user }) => user.id !== self);
  const live = own.filter(({ ended }) => !ended);
  return (
    <>
      <Group title="Yours" label="Your sessions" sessions={own} endAll={live.length > 1} />
      {seesOthers ? <Group title="Of others" label="Sessions of others" sessions={others} named /> : null}
    </>
  );
}

type GroupProps = { title: string; label: string; sessions: Shown[]; endAll?: boolean; named?: boolean };

function Group({ title, label, sessions, endAll = false, named = false }: GroupProps) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Failed | null>(null);
  const [said, setSaid] = useState("");

  async function end(act: Promise<Called<unknown>>, words: string) {
    setBusy(true);
    const result = await act;
    setBusy(false);
    // Ended meanwhile: the list says so.
    const failure = result.ok || result.code === "no-such-session" ? null : result;
    setFailed(failure);
    setSaid(failure ? "" : words);
    router.refresh();
  }
  const endOne = (one: Shown) =>
    end(call("DELETE", `/sessions/${one.id}`), `Ended: ${named ? `${one.user.name}, ` : ""}${where(one)}.`);
  const endOthers = () => end(call("POST", "/sessions/end-others", {}), "All others ended.");

  return (
    <Section
      title={title}
      aside={
        endAll ? (
          <Button disabled={busy} onClick={endOthers}>
            End all but this one
          </Button>
        ) : null
      }
    >
      <Problem failed={failed} />
      {sessions.length === 0 ? (
        <Nothing>Nobody else is signed in.</Nothing>
      ) : (
        <ul aria-label={label} className={rows}>
          {sessions.map((one) => (
            <SessionRow
              key={one.id}
              session={one}
              named={named}
              busy={busy}
              end={one.current ? null : () => endOne(one)}
            />
          ))}
        </ul>
      )}
      <p role="status" className="break-words text-muted empty:hidden">
        {said}
      </p>
    </Section>
  );
}
