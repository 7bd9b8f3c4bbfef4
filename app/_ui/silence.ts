/** The server says something at least every 20 s; a connection that stands and says nothing this long is dead. */
const limitMs = 50_000;

/** Calls `onSilence` once nothing was heard for too long; `stop` before the stream is closed. */
export function watchSilence(onSilence: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  return {
    heard() {
      stop();
      timer = setTimeout(onSilence, limitMs);
    },
    stop,
  };
}
