import { BellOff, Unplug } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { StatusIcon } from "@/app/_ui/status";
import { Age, Moment } from "@/app/_ui/time";
import type { Alert, AlertList, QuietAlert, Severity } from "@/lib/alerts/schema";
import type { ServiceRow, Status } from "@/lib/services/schema";

type Props = { alerts: AlertList | null; rows: readonly ServiceRow[] };

export const severityStatus: Record<Severity, Status> = { critical: "failed", warning: "restarting", info: "starting" };
const severityWords: Record<Severity, string> = { critical: "Critical", warning: "Warning", info: "Note" };
const code = "font-mono text-sm text-text";

export const Alerts = ({ alerts, rows }: Props) => (
  <section id="alerts" aria-label="Alerts" className="flex min-w-0 scroll-mt-16 flex-col gap-3">
    <h2 className="text-lg">Alerts</h2>
    {alerts ? <Known alerts={alerts} rows={rows} /> : <p className="text-muted">Asking Alertmanager</p>}
  </section>
);

function Known({ alerts, rows }: { alerts: AlertList; rows: readonly ServiceRow[] }) {
  const { firing, quiet, failed, delivering, asOf } = alerts;
  return (
    <>
      {failed ? (
        <Problem>
          {failed}. Alerts may fire unseen
          {asOf ? (
            <>
              ; below is what it said at <Moment at={asOf} />
            </>
          ) : null}
          . <Lookup service="alertmanager" rows={rows} />
        </Problem>
      ) : null}
      {!failed && delivering === false ? (
        <Problem>
          Prometheus delivers no alerts, so none here means nothing. <Lookup service="prometheus" rows={rows} />
        </Problem>
      ) : null}
      {firing.length > 0 ? (
        <ul className="flex flex-col gap-2">
          {firing.map((alert) => (
            <Firing key={alert.id} alert={alert} rows={rows} />
          ))}
        </ul>
      ) : null}
      {firing.length === 0 && !failed && delivering !== false ? <p className="text-muted">None is firing.</p> : null}
      {quiet.length > 0 ? <Quiet alerts={quiet} rows={rows} /> : null}
    </>
  );
}

const Problem = ({ children }: { children: ReactNode }) => (
  <p data-status="restarting" className="flex items-start gap-2 break-words">
    <Unplug className="mt-0.5 size-4 shrink-0 text-status" />
    <span className="min-w-0">{children}</span>
  </p>
);

const Lookup = ({ service, rows }: { service: string; rows: readonly ServiceRow[] }) => (
  <>
    Look at <Concerns about={[service]} rows={rows} fallback={service} />;{" "}
    <code className={code}>./taylordash logs {service}</code> says why.
  </>
);

/** A link to the first of the names that is a service. */
function Concerns({ about, rows, fallback }: { about: string[]; rows: readonly ServiceRow[]; fallback?: string }) {
  const row = about.flatMap((name) => rows.find(({ service }) => service === name) ?? []).at(0);
  if (!row) return fallback ?? null;
  return (
    <Link
      href={`/services/${encodeURIComponent(row.service)}`}
      prefetch={false}
      className="text-text underline decoration-border-strong underline-offset-3 hover:decoration-text"
    >
      {row.title}
    </Link>
  );
}

function Firing({ alert, rows }: { alert: Alert; rows: readonly ServiceRow[] }) {
  const { name, severity, summary, advice, since, about } = alert;
  const status = severityStatus[severity];
  return (
    <li
      data-alert={name}
      data-status={status}
      className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 gap-y-0.5 rounded-md border border-status bg-status-soft px-3 py-2.5"
    >
      <StatusIcon status={status} className="mt-0.5 size-4" />
      <p className="font-semibold break-words">{summary}</p>
      <p className="col-start-2 flex flex-wrap gap-x-3 text-sm text-muted">
        <span className="font-semibold text-status">{severityWords[severity]}</span>
        <Concerns about={about} rows={rows} />
        <span>
          since <Moment at={since} />, for <Age at={since} />
        </span>
      </p>
      {advice ? <p className="col-start-2 text-sm break-words text-muted">What to do: {advice}</p> : null}
    </li>
  );
}

const Quiet = ({ alerts, rows }: { alerts: QuietAlert[]; rows: readonly ServiceRow[] }) => (
  <details>
    <summary className="w-fit text-muted hover:text-text">
      <BellOff className="mr-1.5 inline size-4 stroke-[1.75]" />
      {alerts.length} more {alerts.length === 1 ? "is" : "are"} kept quiet
    </summary>
    <ul aria-label="Kept quiet" className="mt-2 flex flex-col gap-2 border-l border-border pl-3">
      {alerts.map(({ id, name, severity, summary, about, reason }) => (
        <li key={id} data-alert={name} data-quiet={reason.kind} className="min-w-0 text-sm break-words text-muted">
          <span className="text-base text-text">{summary}</span>
          <br />
          {severityWords[severity]}, <Why reason={reason} /> <Concerns about={about} rows={rows} />
        </li>
      ))}
    </ul>
  </details>
);

function Why({ reason }: Pick<QuietAlert, "reason">) {
  if (reason.kind === "held-back") return <>held back while {reason.by} fires.</>;
  const { by, comment, until } = reason;
  return (
    <>
      silenced by {by}
      {until ? (
        <>
          {" "}
          until <Moment at={until} />
        </>
      ) : null}
      {comment ? `: ${comment}` : ""}.
    </>
  );
}
