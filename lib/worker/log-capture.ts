// Keeps the newest lines of each own container, so that they can be read after it was recreated.
import { startLogCapture } from "../logs/index.ts";
import { Gauge, registry } from "../platform/metrics.ts";

/** Resolves when the last lines are on disk after the signal. */
export function captureLogs(signal: AbortSignal): Promise<void> {
  const capture = startLogCapture(signal);
  new Gauge({
    name: "taylordash_log_capture_streams",
    help: "Containers whose log is being kept",
    registers: [registry],
    collect() {
      this.set(capture.streams());
    },
  });
  new Gauge({
    name: "taylordash_log_capture_blocked",
    help: "1 while the volume of kept logs cannot be written",
    registers: [registry],
    collect() {
      this.set(capture.isBlocked() ? 1 : 0);
    },
  });
  return capture.done;
}
