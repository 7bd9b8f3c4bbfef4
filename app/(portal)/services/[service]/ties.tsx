import Link from "next/link";
import type { ServiceFacts, Tie } from "@/lib/services/details-schema";

const ServiceLink = ({ service, title }: { service: string; title: string }) => (
  <Link
    href={`/services/${encodeURIComponent(service)}`}
    prefetch={false}
    className="font-semibold underline decoration-border-strong underline-offset-3 hover:decoration-text"
  >
    {title}
  </Link>
);

/** Whom it needs, who needs it, and whom it can reach at all. */
export function Ties({ facts, title }: { facts: ServiceFacts; title: string }) {
  const { uses, usedBy, networks } = facts;
  return (
    <div className="flex flex-col gap-4">
      <List words={`${title} uses`} none="nothing else of this stack" ties={uses} />
      <List words={`${title} is used by`} none="nobody in this stack" ties={usedBy} />
      <div className="flex flex-col gap-1">
        <h3 className="text-sm font-normal text-muted">Networks, and who else is on them</h3>
        {networks.length === 0 ? <p>None</p> : null}
        <ul className="flex flex-col gap-1.5">
          {networks.map(({ name, others }) => (
            <li key={name}>
              <span className="font-mono text-sm">{name}</span>
              <span className="block text-sm text-muted">
                {others.length === 0 ? "nobody else" : others.map((each) => each.title).join(", ")}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

const List = ({ words, none, ties }: { words: string; none: string; ties: Tie[] }) => (
  <div className="flex flex-col gap-1">
    <h3 className="text-sm font-normal text-muted">{words}</h3>
    {ties.length === 0 ? <p>{none.charAt(0).toUpperCase() + none.slice(1)}</p> : null}
    <ul className="flex flex-col gap-1">
      {ties.map((tie) => (
        <li key={tie.service}>
          <ServiceLink {...tie} />
          <span className="text-muted"> {tie.why}</span>
        </li>
      ))}
    </ul>
  </div>
);
