import type { ReactNode } from "react";
import { Moment } from "@/app/_ui/time";
import type { ServiceRow } from "@/lib/services/schema";
import { imageParts } from "../../_live/words";

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="grid gap-x-6 gap-y-0.5 border-t border-border px-4 py-2.5 first:border-t-0 sm:grid-cols-[9rem_minmax(0,1fr)]">
    <dt className="text-muted">{name}</dt>
    <dd className="min-w-0 break-words">{children}</dd>
  </div>
);

const mono = "font-mono text-sm break-all";

/** What the engine says of one container. */
export function Facts({ row }: { row: ServiceRow }) {
  const { name, tag } = imageParts(row.image);
  const published = row.ports.filter((port) => port.published !== null);
  const inner = row.ports.filter((port) => port.published === null);
  return (
    <dl
      data-service={row.service}
      data-state={row.state}
      className="-mx-4 max-w-[52rem] border-y border-border bg-surface sm:mx-0 sm:rounded-lg sm:border"
    >
      <Fact name="Image">
        <span className={mono}>{name}</span>
      </Fact>
      <Fact name="Version">
        <span className={mono}>{tag || "not tagged"}</span>
      </Fact>
      <Fact name="Published ports">
        {published.length === 0 ? <span className="text-muted">none, reachable inside the stack alone</span> : null}
        {published.map((port) => (
          <span key={port.published} className="mr-4 inline-block font-mono text-sm">
            {port.published} → {port.container}/{port.protocol}
          </span>
        ))}
      </Fact>
      {inner.length > 0 ? (
        <Fact name="Inner ports">
          {inner.map((port) => (
            <span key={`${port.container}${port.protocol}`} className="mr-4 inline-block font-mono text-sm">
              {port.container}/{port.protocol}
            </span>
          ))}
        </Fact>
      ) : null}
      <Fact name="Started">{row.startedAt ? <Moment at={row.startedAt} /> : "never"}</Fact>
      {row.state !== "running" && row.finishedAt ? (
        <Fact name="Ended">
          <Moment at={row.finishedAt} />
        </Fact>
      ) : null}
      <Fact name="Restarts">{row.restarts}</Fact>
      <Fact name="Container">
        <span className={mono}>{row.name}</span>
      </Fact>
      <Fact name="Container id">
        <span className={`${mono} text-muted`}>{row.id.slice(0, 12)}</span>
      </Fact>
    </dl>
  );
}
