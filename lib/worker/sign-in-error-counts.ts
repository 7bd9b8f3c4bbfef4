// Failed sign-ins, counted by name, address and reason, so that whoever goes on failing does not fill the audit.
//   first -> due at once -> written -> the same again: counted -> due 10 min after the last row -> written

import { isIPv6 } from "node:net";

/** Times are in ms since 1970. */
export type SignInError = { name: string; ip: string | null; code: string; at: number };
export type Count = Omit<SignInError, "at"> & { times: number; firstAt: number; until: number };
/** What the audit has of one count: the last error that is in it, and when its last row was written. */
export type Recorded = Omit<SignInError, "at"> & { until: number; writtenAt: number };

export const betweenRowsMs = 600_000;
/** With more than so many counts at once, new ones are by name and reason alone. */
export const mostCounts = 50;

/** Keycloak writes the long form of an IPv6 address, PostgreSQL the short one. */
const shortOf = (ip: string | null) => (ip && isIPv6(ip) ? new URL(`http://[${ip}]`).hostname : ip);
const keyOf = ({ name, code }: Pick<SignInError, "name" | "code">, ip: string | null) =>
  JSON.stringify([name, shortOf(ip), code]);

export function signInErrorCounts(recorded: readonly Recorded[], now: number) {
  const recordedUntil = new Map(recorded.map((each) => [keyOf(each, each.ip), each.until]));
  const isRecent = ({ writtenAt }: { writtenAt: number }, at: number) => at - writtenAt < betweenRowsMs;
  const counts = new Map(
    recorded
      .filter((each) => isRecent(each, now))
      .map((each) => [keyOf(each, each.ip), { ...each, times: 0, firstAt: 0 }]),
  );
  return {
    /** Counts one that is not in the audit yet. They come in the order of their time. */
    add(error: SignInError) {
      const { at, ...what } = error;
      const [own, ofAll] = [keyOf(error, error.ip), keyOf(error, null)];
      // It may be in either: which of them it was counted by depends on how many others there were.
      if (at <= Math.max(recordedUntil.get(own) ?? 0, recordedUntil.get(ofAll) ?? 0)) return;
      const key = counts.has(own) || counts.size < mostCounts ? own : ofAll;
      const count = counts.get(key) ?? {
        ...what,
        ip: key === own ? what.ip : null,
        times: 0,
        firstAt: 0,
        writtenAt: 0,
      };
      const firstAt = count.times === 0 ? at : count.firstAt;
      counts.set(key, { ...count, times: count.times + 1, firstAt, until: at });
    },
    /** What is to be written now. */
    due(now: number): Count[] {
      for (const [key, count] of counts) if (count.times === 0 && !isRecent(count, now)) counts.delete(key);
      return [...counts.values()].filter((count) => count.times > 0 && !isRecent(count, now));
    },
    written(count: Count, now: number) {
      counts.set(keyOf(count, count.ip), { ...count, times: 0, writtenAt: now });
    },
  };
}
