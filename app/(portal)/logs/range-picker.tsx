"use client";
import { Check, ChevronDown, Clock } from "lucide-react";
import { Button } from "@/app/_ui/button";
import { Dropdown } from "./dropdown";
import { control } from "./toolbar-style";

type Range = { since: string; until: string };
type Props = Range & { choose: (range: Range) => void };

const presets: [string, string][] = [
  ["", "Newest lines"],
  ["15m", "Last 15 minutes"],
  ["1h", "Last hour"],
  ["6h", "Last 6 hours"],
  ["1d", "Last 24 hours"],
];
const field = "h-9 rounded-md border border-border bg-surface px-2.5 text-lg md:text-base";

// What the browser's own field shows is the reader's time; the address holds the same moment in UTC.
const toField = (at: string) => {
  const time = Date.parse(at);
  if (Number.isNaN(time)) return "";
  return new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
};
const fromField = (text: FormDataEntryValue | null) => (text ? new Date(String(text)).toISOString() : "");
const short = (at: string) =>
  new Date(at).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

function labelOf({ since, until }: Range): string {
  const preset = presets.find(([value]) => value === since)?.[1];
  if (!until) return preset ?? `Since ${Number.isNaN(Date.parse(since)) ? since : short(since)}`;
  const from = Number.isNaN(Date.parse(since)) ? since : short(since);
  return since ? `${from} to ${short(until)}` : `Until ${short(until)}`;
}

export function RangePicker({ since, until, choose }: Props) {
  const label = labelOf({ since, until });
  return (
    <Dropdown
      name={`Time: ${label}`}
      className={control}
      label={
        <>
          <Clock className="text-muted" aria-hidden="true" />
          <span className="truncate max-md:sr-only">{label}</span>
          <ChevronDown className="text-muted max-md:hidden" aria-hidden="true" />
        </>
      }
    >
      {(close) => (
        <div className="w-64">
          {presets.map(([value, words]) => (
            <button
              key={value}
              type="button"
              aria-pressed={since === value && !until}
              className="flex min-h-9 w-full items-center justify-between rounded-md px-2.5 text-left hover:bg-hover"
              onClick={() => {
                choose({ since: value, until: "" });
                close();
              }}
            >
              {words}
              {since === value && !until ? <Check className="size-4 stroke-[1.75]" /> : null}
            </button>
          ))}
          <form
            className="mt-1.5 flex flex-col gap-2 border-t border-border p-2.5"
            onSubmit={(event) => {
              event.preventDefault();
              const given = new FormData(event.currentTarget);
              choose({ since: fromField(given.get("from")), until: fromField(given.get("to")) });
              close();
            }}
          >
            <label className="flex flex-col gap-1 text-sm text-muted">
              From
              <input
                type="datetime-local"
                step="1"
                className={`${field} text-text`}
                name="from"
                defaultValue={toField(since)}
              />
            </label>
            <label className="flex flex-col gap-1 text-sm text-muted">
              To, or empty for now
              <input
                type="datetime-local"
                step="1"
                className={`${field} text-text`}
                name="to"
                defaultValue={toField(until)}
              />
            </label>
            <Button type="submit">Show this range</Button>
          </form>
        </div>
      )}
    </Dropdown>
  );
}
