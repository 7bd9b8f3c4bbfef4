"use client";
import { useEffect, useState } from "react";
import { call } from "@/app/_ui/call";
import { late } from "@/app/_ui/late";
import type { SessionState } from "@/lib/auth/session-schema";
import { type Ending, endingOf } from "./ending";

const Warning = late(() => import("./ending-dialog").then((all) => all.EndingDialog));

/** A click or key press is told to the server at most this often. */
const tellEveryMs = 60_000;
const firstAskMs = 5_000;
const afterSilenceMs = 30_000;

/** Warns before the session ends. Asking keeps nothing alive; a click or key press anywhere does. */
export function IdleWarning() {
  const [ending, setEnding] = useState<(Ending & { at: number }) | null>(null);
  const [knows, setKnows] = useState(false);
  const [stay, setStay] = useState<() => void>(() => () => undefined);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    let toldAt = Date.now();
    let left = false;
    const take = (state: SessionState) => {
      const { ending, askInMs } = endingOf(state);
      setEnding(ending && { ...ending, at: Date.now() + ending.ms });
      timer = setTimeout(ask, askInMs);
    };
    const use = async (asking: ReturnType<typeof call<SessionState>>) => {
      clearTimeout(timer);
      const result = await asking;
      clearTimeout(timer);
      if (left) return;
      if (result.ok) return take(result.data);
      // Over: the notice of the shell says so. Anything else passes.
      setEnding(null);
      if (result.code !== "unauthenticated") timer = setTimeout(ask, afterSilenceMs);
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
  return <Warning key={ending.because} because={ending.because} at={ending.at} onClose={close} />;
}
