import type { ReactNode } from "react";
import { formatDuration } from "@/app/_ui/duration";
import { formatBytes, withoutZeros } from "@/app/_ui/numbers";
import { Age, Moment } from "@/app/_ui/time";
import type { ContainerFacts, ServiceFacts } from "@/lib/services/details-schema";
import { imageParts } from "../../_live/words";
import { Newer, Registry } from "./image-facts";

const Fact = ({ name, aside, children }: { name: string; aside?: ReactNode; children: ReactNode }) => (
  <div className="relative grid content-start gap-y-0.5 border-t border-border py-2 [&:has(>dd>div>button)>dt]:min-h-9 [&:has(>dd>div>button)>dt]:pt-2">
    <dt className="text-sm text-muted">{name}</dt>
    <dd className="min-w-0 break-words">
      {aside ? <div className="absolute top-2 right-0">{aside}</div> : null}
      {children}
    </dd>
  </div>
);

const mono = "font-mono text-sm [overflow-wrap:anywhere]";
const Quiet = ({ children }: { children: ReactNode }) => <span className="text-muted">{children}</span>;

function limitsOf({ limits }: ContainerFacts): string {
  const { cpus, memoryBytes, processes } = limits;
  const parts = [
    cpus === null ? "processor without limit" : `${cpus} ${cpus === 1 ? "core" : "cores"}`,
    memoryBytes === null ? "memory without limit" : `${withoutZeros(formatBytes(memoryBytes))} of memory`,
    processes === null ? "processes without limit" : `${processes} processes`,
  ];
  return parts.join(", ");
}

const sentence = (parts: readonly string[]) => {
  const text = parts.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
};

/** What one container is made of, in short. */
export function Facts({ facts }: { facts: ContainerFacts }) {
  const { name, tag } = imageParts(facts.image);
  return (
    <dl>
      <Fact name="Image">
        <span className={mono}>
          {name}
          {tag ? `:${tag}` : ""}
        </span>
        <span className="block text-sm text-muted">
          <span className="font-mono">{facts.imageId.replace(/^sha256:/, "").slice(0, 12)}</span>
          {facts.imageCreatedAt ? (
            <>
              , built <Age at={facts.imageCreatedAt} /> ago
            </>
          ) : null}
        </span>
        <Newer facts={facts} />
        <Registry facts={facts} />
      </Fact>
      <Fact name="Limits">{sentence([limitsOf(facts)])}</Fact>
      <Fact name="Restarts by itself">{sentence([facts.restartPolicy])}</Fact>
      <Fact name="Ports">
        <Ports facts={facts} />
      </Fact>
      <Fact name="Container">
        <span className={mono}>{facts.name}</span>
        <span className="block text-sm text-muted">
          <span className="font-mono">{facts.id.slice(0, 12)}</span>, made <Moment at={facts.createdAt} />
        </span>
      </Fact>
    </dl>
  );
}

function Ports({ facts }: { facts: ContainerFacts }) {
  const published = facts.ports.filter((port) => port.published !== null);
  const inner = facts.ports.filter((port) => port.published === null);
  return (
    <>
      {published.map((port) => (
        <span key={`${port.published}/${port.protocol}`} className="mr-3 inline-block font-mono text-sm">
          {port.published} → {port.container}/{port.protocol}
        </span>
      ))}
      {inner.map((port) => (
        <span key={`${port.container}/${port.protocol}`} className="mr-3 inline-block font-mono text-sm text-muted">
          {port.container}/{port.protocol}
        </span>
      ))}
      {published.length === 0 ? <Quiet>{inner.length > 0 ? "inside the stack alone" : "None"}</Quiet> : null}
    </>
  );
}

/** The rest of it: what it runs, how it is asked for its health, what confines it, what it can read and write. */
export const MoreFacts = ({
  facts,
  check,
  measure,
}: {
  facts: ContainerFacts;
  check: ReactNode;
  measure: ReactNode;
}) => (
  <div className="grid gap-x-6 lg:grid-cols-2">
    <dl>
      <Fact name="Command">
        <Command words={facts.command} />
      </Fact>
      <Fact name="Confinement">{sentence([...facts.confinement, `user ${facts.user}`])}</Fact>
      <Fact name="Healthcheck" aside={check}>
        {facts.healthcheck ? <Healthcheck facts={facts} check={facts.healthcheck} /> : <Quiet>None</Quiet>}
      </Fact>
      <Fact name="Environment">
        <Quiet>Not shown: docker-guard takes it out before it reaches the portal.</Quiet>
      </Fact>
    </dl>
    <dl>
      <Fact name="Volumes and files" aside={measure}>
        {facts.mounts.length === 0 ? <Quiet>None</Quiet> : <Mounts facts={facts} />}
      </Fact>
    </dl>
  </div>
);

const shortCommand = 160;

/** A long one is folded, an argument a line. */
function Command({ words }: { words: readonly string[] }) {
  const [program = "", ...rest] = words;
  const whole = words.join(" ");
  if (whole.length <= shortCommand) return <code className={mono}>{whole}</code>;
  return (
    <details>
      <summary className="text-sm text-muted hover:text-text">
        <code className={`${mono} text-text`}>{program}</code> with {rest.length}{" "}
        {rest.length === 1 ? "argument" : "arguments"}
      </summary>
      <ol className="mt-1 flex flex-col">
        {rest.map((argument, index) => (
          // Arguments repeat and never change places.
          <li key={index}>
            <code className={mono}>{argument}</code>
          </li>
        ))}
      </ol>
    </details>
  );
}

type Check = NonNullable<ContainerFacts["healthcheck"]>;

function Healthcheck({ facts, check }: { facts: ContainerFacts; check: Check }) {
  const seconds = (ms: number) => formatDuration(ms);
  return (
    <>
      <Command words={check.command} />
      <span className="block text-sm text-muted">
        every {seconds(check.intervalMs)}, at most {seconds(check.timeoutMs)}, unhealthy after {check.retries} failures
      </span>
      {facts.probes.length > 0 ? (
        <details className="mt-1 text-sm">
          <summary className="w-fit text-muted hover:text-text">Last {facts.probes.length} answers</summary>
          <ol className="mt-1 flex flex-col gap-1.5">
            {facts.probes.map((probe) => (
              <li key={probe.at} data-status={probe.exitCode === 0 ? "healthy" : "failed"}>
                <span className={probe.exitCode === 0 ? "text-muted" : "font-semibold text-status"}>
                  {probe.exitCode === 0 ? "well" : `exit code ${probe.exitCode}`}
                </span>{" "}
                <Quiet>
                  in {probe.tookMs} ms, <Moment at={probe.at} />
                </Quiet>
                {probe.output ? (
                  <pre className="mt-0.5 max-h-20 overflow-auto font-mono text-xs break-words whitespace-pre-wrap text-muted">
                    {probe.output}
                  </pre>
                ) : null}
              </li>
            ))}
          </ol>
        </details>
      ) : null}
    </>
  );
}

const kinds = { volume: "Volume", host: "From the host", memory: "In memory", secret: "Secret" } as const;

/** Volumes first: they are what would be missed. Of secrets the names alone. */
function Mounts({ facts }: { facts: ContainerFacts }) {
  const order = Object.keys(kinds);
  const secrets = facts.mounts.filter(({ kind }) => kind === "secret");
  const mounts = facts.mounts
    .filter(({ kind }) => kind !== "secret")
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  return (
    <ul className="flex flex-col gap-1.5">
      {mounts.map(({ kind, name, target, writable, measurable, usage }) => (
        <li key={target}>
          <span className={mono}>{target}</span>
          <span className="block text-sm text-muted">
            {kinds[kind]} {name ? <span className={mono}>{name}</span> : null}
            {kind === "memory" || writable ? "" : ", read only"}
            {measurable || usage ? <Usage usage={usage} /> : null}
          </span>
        </li>
      ))}
      {secrets.length > 0 ? (
        <li>
          <span className={mono}>/run/secrets</span>
          <span className="block text-sm text-muted">
            Secrets <span className={mono}>{secrets.map(({ name }) => name).join(", ")}</span>
          </span>
        </li>
      ) : null}
    </ul>
  );
}

/** How much a volume takes on its disk; the newest measurement's failure beside the figure of an older one. */
function Usage({ usage }: { usage: ContainerFacts["mounts"][number]["usage"] }) {
  if (!usage) return ", not measured yet";
  const { bytes, measuredAt, problem } = usage;
  return (
    <>
      {bytes !== null && measuredAt ? (
        <>
          , <span className="text-text">{withoutZeros(formatBytes(bytes))}</span>, counted <Age at={measuredAt} rough />{" "}
          ago
        </>
      ) : null}
      {problem ? <span className="block">Not measured: {problem}</span> : null}
    </>
  );
}

export const Labels = ({ labels }: { labels: ServiceFacts["labels"] }) =>
  labels.length === 0 ? null : (
    <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
      {labels.map(({ name, value }) => (
        <div key={name} className="contents">
          <dt className="font-mono text-muted">{name}</dt>
          <dd className="break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
