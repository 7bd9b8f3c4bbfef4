"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { call, type Failed } from "@/app/_ui/call";
import type { SessionInfo } from "@/lib/auth/session-schema";
import { ConfirmDialog } from "../_identity/confirm-dialog";
import { Nothing, rows, Section } from "../_identity/parts";
import { Problem } from "../_identity/problem";
import { SessionRow, where } from "./session-row";

type Props = { sessions: readonly SessionInfo[]; self: string; seesOthers: boolean };

/** One's own end with one click; somebody else's are asked about first, by name. */
export function Sessions({ sessions, self, seesOthers }: Props) {
  const router = useRouter();
  const [asked, setAsked] = useState<SessionInfo | null>(null);
  const [failed, setFailed] = useState<Failed | null>(null);
  const [said, setSaid] = useState("");
  const own = sessions.filter(({ user }) => user.id === self);
  const others = sessions.filter(({ user }) => user.id !== self);
  const end = ({ id }: SessionInfo) => call("DELETE", `/sessions/${id}`);

  async function endOwn(act: () => ReturnType<typeof call<unknown>>, words: string) {
    setFailed(null);
    const result = await act();
    if (result.ok) setSaid(words);
    // Ended meanwhile: the list says so.
    else if (result.code !== "no-such-session") setFailed(result);
    router.refresh();
  }

  return (
    <>
      <Section
        title="Yours"
        aside={
          own.length > 1 ? (
            <Button onClick={() => endOwn(() => call("POST", "/sessions/end-others", {}), "All others ended.")}>
              End all but this one
            </Button>
          ) : null
        }
      >
        <Problem failed={failed} back="/sessions" />
        <ul aria-label="Your sessions" className={rows}>
          {own.map((one) => (
            <SessionRow
              key={one.id}
              session={one}
              end={one.current ? null : () => endOwn(() => end(one), `Ended: ${where(one)}.`)}
            />
          ))}
        </ul>
        <p role="status" className="text-muted empty:hidden">
          {said}
        </p>
      </Section>
      {seesOthers ? (
        <Section title="Of others">
          {others.length === 0 ? (
            <Nothing>Nobody else is signed in.</Nothing>
          ) : (
            <ul aria-label="Sessions of others" className={rows}>
              {others.map((one) => (
                <SessionRow key={one.id} session={one} name={one.user.name} end={() => setAsked(one)} />
              ))}
            </ul>
          )}
        </Section>
      ) : null}
      {asked ? (
        <ConfirmDialog
          {...{ danger: true, verb: "End session", back: "/sessions" }}
          title={`End the session of ${asked.user.name}?`}
          act={() => end(asked)}
          onDone={() => {
            setAsked(null);
            router.refresh();
          }}
          onClose={() => setAsked(null)}
        >
          <p>
            {asked.user.name} is signed out of {where(asked)} at once, here and at Keycloak; what they were typing is
            lost. They can sign in again.
          </p>
        </ConfirmDialog>
      ) : null}
    </>
  );
}
