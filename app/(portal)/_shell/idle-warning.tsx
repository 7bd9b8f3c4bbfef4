"use client";
import { useEffect, useState } from "react";
import { Button } from "@/app/_ui/button";
import { call } from "@/app/_ui/call";
import { Dialog } from "@/app/_ui/dialog";
import type { SessionState } from "@/lib/auth/session-schema";

const warnMs = 60_000;
/** While it warns, another window may say that somebody is there. */
const askAgainMs = 5_000;
/** A click or key press is told to the server at most this often. */
const tellEveryMs = 60_000;
const firstAskMs = 5_000;

type Ending = { at: number; because: "idle" | "end" };

/** Warns a minute before the session ends. Asking keeps nothing alive; a click or key press anywhere does. */
export function IdleWarning() {
  const [ending, setEnding] = useState<Ending | null>(null);
  const [knows, setKnows] = useState(false);
  const [stay, setStay] = useState<() => void>(() => () => undefined);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let toldAt = Date.now();
    let left = false;
    const take = (state: SessionState) => {
      const { idleSecondsLeft, secondsLeft } = state;
      const because = idleSecondsLeft <= secondsLeft ? "idle" : "end";
      const ms = Math.min(idleSecondsLeft, secondsLeft) * 1_000;
      setEnding(ms <= warnMs ? { at: Date.now() + ms, because } : null);
      timer = setTimeout(ask, ms <= warnMs ? askAgainMs : ms - warnMs);
    };
    const use = async (asking: ReturnType<typeof call<SessionState>>) => {
      clearTimeout(timer);
      const result = await asking;
      clearTimeout(timer);
      if (left) return;
      if (result.ok) return take(result.data);
      // Over: the notice of the shell says so. Anything else passes.
      setEnding(null);
      if (result.code !== "unauthenticated") timer = setTimeout(ask, warnMs / 2);
    };
    const ask = () => use(call<SessionState>("GET", "/session/state"));
    const tell = () => {
      toldAt = Date.now();
      return use(call<SessionState>("POST", "/session/extend", {}));
    };
    const onActivity = () => {
      if (Date.now() - toldAt > tellEveryMs) void tell();
    };
    // Timers of a hidden page, or of a machine that slept, are late.
    const onVisible = () => {
      if (document.visibilityState === "visible") void ask();
    };
    setStay(() => () => void tell());
    timer = setTimeout(ask, firstAskMs);
    document.addEventListener("pointerdown", onActivity);
    document.addEventListener("keydown", onActivity);
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      left = true;
      clearTimeout(timer);
      document.removeEventListener("pointerdown", onActivity);
      document.removeEventListener("keydown", onActivity);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, []);
  // The 8 hours end whatever somebody clicks: said once, it is known.
  if (!ending || (ending.because === "end" && knows)) return null;
  const close = () => {
    if (ending.because === "end") return setKnows(true);
    stay();
    setEnding(null);
  };
  return <Warning ending={ending} close={close} />;
}

function Warning({ ending, close }: { ending: Ending; close: () => void }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((ending.at - now) / 1_000));
  return (
    <Dialog title={`You will be signed out in ${seconds} s`} onClose={close}>
      <p className="text-muted">
        {ending.because === "idle"
          ? "Nobody has clicked or typed here for a while. Place and filters stay when you sign in again."
          : "A session lasts 8 hours at most. Sign in again then; you come back to this place."}
      </p>
      <div className="flex justify-end">
        <Button kind="primary" autoFocus onClick={(event) => event.currentTarget.closest("dialog")?.close()}>
          {ending.because === "idle" ? "Stay signed in" : "Close"}
        </Button>
      </div>
    </Dialog>
  );
}
