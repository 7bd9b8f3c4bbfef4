// What an alert is in our words. Types and pure functions only: the one file of this folder that the browser loads.
export const severities = ["critical", "warning", "info"] as const;
export type Severity = (typeof severities)[number];

/** Times are ISO 8601 in UTC. */
export type Alert = {
  id: string;
  name: string;
  severity: Severity;
  summary: string;
  /** The first thing to try. */
  advice: string | null;
  since: string;
  /** Names of services it may concern, the likeliest first; a name that is no service is possible. */
  about: string[];
};

/** `reason`: who silenced it, until when and why, or the alert that holds it back. */
export type QuietAlert = Alert & {
  reason: { kind: "silence"; by: string; comment: string; until: string } | { kind: "held-back"; by: string };
};

/** The answer of `GET /api/v1/alerts`, and the event `alerts` of `/api/events`. */
export type AlertList = {
  /** Worst first, then the newest. */
  firing: Alert[];
  quiet: QuietAlert[];
  /** Why Alertmanager does not answer; the lists are then the last known ones. */
  failed: string | null;
  /** Whether Prometheus still evaluates and delivers; null shortly after Alertmanager's start. */
  delivering: boolean | null;
  /** When Alertmanager last answered; null when it never did. */
  asOf: string | null;
};

export type AlertEvents = { alerts: AlertList };
