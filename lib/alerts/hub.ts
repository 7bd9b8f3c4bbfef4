// The alerts as this process last read them. Alertmanager has no event stream, so it is asked, but only while somebody
// watches:   idle -> asking every few seconds (first viewer) -> idle (last one left)
import { readAlerts, readSilences, readStart } from "../platform/alertmanager.ts";
import { messageOf } from "../platform/errors.ts";
import { listOf, watchdog } from "./list.ts";
import type { AlertList } from "./schema.ts";

/** Prometheus repeats what fires every minute; an Alertmanager that was just started has not heard all of it. */
const settledMs = 180_000;

type Read = () => Promise<Omit<AlertList, "failed" | "asOf">>;
type Listener = (list: AlertList) => void;

/** @throws Unavailable */
export async function readList(url?: string): Promise<Awaited<ReturnType<Read>>> {
  const alerts = await readAlerts(url);
  const silences = alerts.some(({ silencedBy }) => silencedBy.length > 0) ? await readSilences(url) : [];
  const heard = alerts.some(({ labels }) => labels.alertname === watchdog);
  const delivering = heard || (Date.now() - Date.parse(await readStart(url)) > settledMs ? false : null);
  return { ...listOf(alerts, silences), delivering };
}

const same = (a: AlertList | null, b: AlertList) =>
  a !== null && JSON.stringify({ ...a, asOf: null }) === JSON.stringify({ ...b, asOf: null });

export function createAlertHub(read: Read = readList, everyMs = 5_000) {
  const listeners = new Set<Listener>();
  let last: AlertList | null = null;
  let lastAtMs = 0;
  let asking: Promise<AlertList> | null = null;
  let timer: NodeJS.Timeout | undefined;

  async function ask(): Promise<AlertList> {
    const next = await read().then(
      (list): AlertList => ({ ...list, failed: null, asOf: new Date().toISOString() }),
      (error: unknown): AlertList => ({
        ...(last ?? { firing: [], quiet: [], delivering: null, asOf: null }),
        failed: messageOf(error),
      }),
    );
    const news = !same(last, next);
    last = next;
    lastAtMs = Date.now();
    if (news) for (const listener of listeners) listener(next);
    return next;
  }

  /** However many ask at once, Alertmanager is asked once. */
  const askOnce = (): Promise<AlertList> => {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
  /** Not asked again within the interval. */
  const latest = (): Promise<AlertList> =>
    last && Date.now() - lastAtMs < everyMs ? Promise.resolve(last) : askOnce();

  return {
    latest,
    /** Calls back with the list at once when it is known, and after every change; answers how to leave. */
    watch(listener: Listener): () => void {
      if (last) listener(last);
      listeners.add(listener);
      if (listeners.size === 1) {
        void latest();
        timer = setInterval(() => void askOnce(), everyMs);
      }
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) clearInterval(timer);
      };
    },
    isAsking: () => listeners.size > 0,
    stop() {
      listeners.clear();
      clearInterval(timer);
    },
  };
}
