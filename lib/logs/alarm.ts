/** Something to wait for that may come at any time, and stays until it is reset. */
export function createAlarm(signal: AbortSignal) {
  let ringing = false;
  let wake: () => void = () => undefined;
  const ring = () => {
    ringing = true;
    wake();
  };
  signal.addEventListener("abort", ring, { once: true });
  return {
    ring,
    reset: () => {
      ringing = false;
    },
    isRinging: () => ringing && !signal.aborted,
    /** Resolves when it rings, or at a time in ms; at once when it rings already. */
    async wait(untilMs: number) {
      if (ringing || signal.aborted) return;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (Number.isFinite(untilMs)) timer = setTimeout(resolve, Math.max(0, untilMs - Date.now()));
      });
      clearTimeout(timer);
    },
  };
}
