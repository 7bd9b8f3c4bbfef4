// From Alertmanager's alerts to ours. Labels and annotations are somebody else's text: short, and without control characters.
import type { ReceivedAlert, Silence } from "../platform/alertmanager.ts";
import { type Alert, type QuietAlert, type Severity, severities } from "./schema.ts";

/** Fires always, so that its absence shows that nothing is delivered. */
export const watchdog = "Watchdog";

const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
const words = (text: string | undefined, longest: number) =>
  (text ?? "").replace(invisible, " ").trim().slice(0, longest);

const severityOf = (label: string | undefined): Severity => severities.find((known) => known === label) ?? "info";

/**
 * A rule may name the service itself. Else: the label, of which Traefik's has a provider behind an "@", then the host that
 * was scraped, which is a service's name inside the stack, then the job.
 */
function aboutOf({ labels, annotations }: ReceivedAlert): string[] {
  const named = annotations.service;
  const names = named ? [named] : [labels.service?.split("@")[0], labels.instance?.split(":")[0], labels.job];
  return [...new Set(names.map((name) => words(name, 100)).filter((name) => name !== "" && name !== "localhost"))];
}

function toAlert(received: ReceivedAlert): Alert {
  const { id, labels, annotations, since } = received;
  const name = words(labels.alertname, 100) || "An alert without a name";
  return {
    ...{ id, name, since, severity: severityOf(labels.severity) },
    summary: words(annotations.summary ?? annotations.description, 300) || name,
    advice: words(annotations.do ?? annotations.runbook_url, 300) || null,
    about: aboutOf(received),
  };
}

const byWeight = (a: Alert, b: Alert) =>
  severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
  b.since.localeCompare(a.since) ||
  a.id.localeCompare(b.id);

export function listOf(received: readonly ReceivedAlert[], silences: readonly Silence[]) {
  const firing: Alert[] = [];
  const quiet: QuietAlert[] = [];
  for (const one of received) {
    if (one.labels.alertname === watchdog) continue;
    const alert = toAlert(one);
    // Of several silences the one that lasts longest says until when it is quiet.
    const [silence] = silences
      .filter(({ id }) => one.silencedBy.includes(id))
      .sort((a, b) => b.until.localeCompare(a.until));
    const holder = received.find(({ id }) => one.inhibitedBy.includes(id));
    if (one.silencedBy.length > 0) {
      const { by = "somebody", comment = "", until = "" } = silence ?? {};
      quiet.push({
        ...alert,
        reason: { kind: "silence", by: words(by, 100), comment: words(comment, 200), until },
      });
    } else if (one.inhibitedBy.length > 0)
      quiet.push({ ...alert, reason: { kind: "held-back", by: words(holder?.labels.alertname, 100) || "another" } });
    else firing.push(alert);
  }
  return { firing: firing.sort(byWeight), quiet: quiet.sort(byWeight) };
}
