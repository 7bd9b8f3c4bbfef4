"use client";
import { Check, Copy, Filter, Link2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { msOfStamp, recordOf, stripAnsi, unfolded, visible } from "@/lib/logs/schema";
import type { LineItem } from "./buffer";
import { count } from "./words";

const button =
  "inline-flex min-h-8 items-center gap-1.5 rounded-md border border-border bg-surface px-2.5 font-sans text-sm hover:border-border-strong hover:bg-hover [&_svg]:size-3.5 [&_svg]:stroke-[1.75] [&_svg]:text-muted";

function CopyButton({ text, children, icon }: { text: () => string; children: ReactNode; icon: ReactNode }) {
  const [done, setDone] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(text()).then(
      () => {
        setDone(true);
        setTimeout(() => setDone(false), 1_500);
      },
      () => undefined,
    );
  return (
    <button type="button" className={button} onClick={copy}>
      {done ? <Check /> : icon}
      {done ? "Copied" : children}
    </button>
  );
}

const exact = (stamp: string) => `${new Date(msOfStamp(stamp)).toISOString().slice(0, 19)}.${stamp.slice(10)}Z`;

type Props = { item: LineItem; linkTo: (item: LineItem) => string; onlyService: (service: string) => void };

/** Everything about a line: exact time, container, fields, the text itself. */
export function Unfolded({ item, linkTo, onlyService }: Props) {
  const text = stripAnsi(item.text);
  const record = recordOf(text);
  const json = unfolded(text);
  const { service, container, previous } = item.source;
  return (
    <div className="border-y border-border bg-surface px-4 py-3 md:px-8">
      <p className="font-sans text-sm text-muted">
        <time dateTime={exact(item.stamp)}>{exact(item.stamp)}</time>, {item.stderr ? "stderr" : "stdout"} of container{" "}
        <span className="font-mono text-text">{container}</span>
        {previous ? ", which is gone; its last lines were kept" : ""}
        {item.sizeBytes > 0 ? `. Cut after 16 KiB of ${count(item.sizeBytes)} bytes; a download has up to 1 MiB` : ""}
      </p>
      {record && record.fields.length > 0 ? (
        <dl className="my-2.5 grid grid-cols-[minmax(6ch,auto)_minmax(0,1fr)] gap-x-4 gap-y-0.5">
          {record.message ? (
            <>
              <dt className="text-muted">message</dt>
              <dd className="whitespace-pre-wrap [overflow-wrap:anywhere]">{visible(record.message)}</dd>
            </>
          ) : null}
          {record.fields.map(({ name, value }, index) => (
            <div key={`${index} ${name}`} className="contents">
              <dt className="max-w-[28ch] text-muted [overflow-wrap:anywhere]">{visible(name)}</dt>
              <dd className="whitespace-pre-wrap [overflow-wrap:anywhere]">{visible(value)}</dd>
            </div>
          ))}
        </dl>
      ) : (
        <pre className="my-2.5 max-h-96 overflow-auto whitespace-pre-wrap [overflow-wrap:anywhere]">
          {visible(text)}
        </pre>
      )}
      <div className="flex flex-wrap gap-2">
        <CopyButton text={() => visible(text)} icon={<Copy />}>
          Copy line
        </CopyButton>
        {json ? (
          <CopyButton text={() => json} icon={<Copy />}>
            Copy as indented JSON
          </CopyButton>
        ) : null}
        <CopyButton text={() => linkTo(item)} icon={<Link2 />}>
          Copy link
        </CopyButton>
        <button type="button" className={button} onClick={() => onlyService(service)}>
          <Filter />
          Only {service}
        </button>
      </div>
    </div>
  );
}
