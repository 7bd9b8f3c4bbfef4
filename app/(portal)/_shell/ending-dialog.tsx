"use client";
import { useEffect, useState } from "react";
import { Button, ButtonLink } from "@/app/_ui/button";
import { Dialog, DialogFooter } from "@/app/_ui/dialog";
import { formatDuration } from "@/app/_ui/duration";

type Props = { because: "idle" | "end"; at: number; onClose: () => void };

const close = (event: { currentTarget: HTMLElement }) => event.currentTarget.closest("dialog")?.close();

/** Closing it says "I am here"; nothing but a sign-in helps against the 8 hours. */
export function EndingDialog({ because, at, onClose }: Props) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const left = formatDuration(Math.max(0, at - now));
  const back = encodeURIComponent(`${window.location.pathname}${window.location.search}`);
  return (
    <Dialog title={`You will be signed out in ${left}`} onClose={onClose}>
      <p className="text-muted">
        {because === "idle"
          ? "Nobody has clicked or typed here for a while. Place and filters stay when you sign in again."
          : "A session lasts 8 hours at most. Finish what you are at, or begin a new one with your one-time code: you come back to this place."}
      </p>
      <DialogFooter>
        {because === "idle" ? (
          <Button kind="primary" autoFocus onClick={close}>
            Stay signed in
          </Button>
        ) : (
          <>
            <Button autoFocus onClick={close}>
              Close
            </Button>
            <ButtonLink kind="primary" prefetch={false} href={`/login/confirm?why=end&back=${back}`}>
              Give the code
            </ButtonLink>
          </>
        )}
      </DialogFooter>
    </Dialog>
  );
}
