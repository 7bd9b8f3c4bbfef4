// What Alertmanager knows, asked on the inner network `monitoring`. Answers are ours, never its API's.
import { z } from "zod";
import { messageOf, Unavailable } from "./errors.ts";

const base = "http://alertmanager:9093/alertmanager";
const timeoutMs = 2_000;

export type ReceivedAlert = {
  id: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  since: string;
  silencedBy: string[];
  /** Ids of the alerts that hold this one back. */
  inhibitedBy: string[];
};
export type Silence = { id: string; by: string; comment: string; until: string };

const Words = z.record(z.string(), z.string()).default({});
const time = z.string().transform((text) => new Date(text).toISOString());

const Alerts = z.array(
  z.object({
    fingerprint: z.string(),
    labels: Words,
    annotations: Words,
    startsAt: time,
    status: z.object({ silencedBy: z.array(z.string()), inhibitedBy: z.array(z.string()) }),
  }),
);
const Silences = z.array(z.object({ id: z.string(), createdBy: z.string(), comment: z.string(), endsAt: time }));
const Status = z.object({ uptime: time });

async function get<T>(url: string, path: string, shape: z.ZodType<T>): Promise<T> {
  const down = (cause: string): never => {
    throw new Unavailable("alertmanager-unreachable", `Alertmanager does not answer: ${cause.slice(0, 200)}`);
  };
  const response = await fetch(`${url}/api/v2${path}`, { signal: AbortSignal.timeout(timeoutMs) }).catch(
    (error: unknown) => down(messageOf(error instanceof Error && error.cause ? error.cause : error)),
  );
  if (!response.ok) return down(`status ${response.status}`);
  const answer = shape.safeParse(await response.json().catch(() => null));
  return answer.success ? answer.data : down("its answer is not understood");
}

/** Every alert that has not ended, silenced ones too. @throws Unavailable */
export async function readAlerts(url = base): Promise<ReceivedAlert[]> {
  const all = await get(url, "/alerts", Alerts);
  return all.map(({ fingerprint, labels, annotations, startsAt, status: { silencedBy, inhibitedBy } }) => ({
    ...{ id: fingerprint, labels, annotations, since: startsAt, silencedBy, inhibitedBy },
  }));
}

/** @throws Unavailable */
export async function readSilences(url = base): Promise<Silence[]> {
  const all = await get(url, "/silences", Silences);
  return all.map(({ id, createdBy, comment, endsAt }) => ({ id, by: createdBy, comment, until: endsAt }));
}

/** When Alertmanager itself started. @throws Unavailable */
export const readStart = async (url = base): Promise<string> => (await get(url, "/status", Status)).uptime;
