import { ArrowUpDown, Search } from "lucide-react";
import { useEffect, useRef } from "react";
import { useChangedEarly } from "@/app/_ui/changed-early";
import type { Status } from "@/lib/services/schema";
import { type Show, type Sort, showOf, shows, type View } from "./view";

type Props = {
  view: View;
  change: (part: Partial<View>) => void;
  counts: Record<Status, number>;
  total: number;
  shown: number;
};

const words: Record<Show, string> = { all: "All", trouble: "Trouble", up: "Up", stopped: "Stopped" };
const orders: [Sort, boolean, string][] = [
  ["status", false, "Trouble first"],
  ["title", false, "By name"],
  ["uptime", false, "Newest first"],
  ["restarts", true, "Most restarts"],
];

const bar = "flex flex-wrap items-center gap-2";
const box = "h-9 rounded-md border border-border bg-surface";

export function Toolbar({ view, change, counts, total, shown }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const everything = useRef<HTMLElement>(null);
  const order = (value: string) => {
    const chosen = orders.find(([sort, descending]) => `${sort} ${descending}` === value);
    if (chosen) change({ sort: chosen[0], descending: chosen[1] });
  };
  useChangedEarly(everything, ({ name, value }) => (name === "q" ? change({ q: value }) : order(value)));
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement && event.target.closest("input, select, textarea, dialog[open]");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  const numbers: Record<Show, number> = { all: total, trouble: 0, up: 0, stopped: 0 };
  for (const [status, count] of Object.entries(counts)) numbers[showOf(status as Status)] += count;
  return (
    <search ref={everything} className={bar}>
      <label className={`${box} relative flex w-full items-center md:w-72`}>
        <Search className="absolute left-2.5 size-4 stroke-[1.75] text-muted" aria-hidden="true" />
        <input
          ref={field}
          type="search"
          name="q"
          aria-label="Filter services"
          aria-keyshortcuts="/"
          placeholder="Name, image, port, state"
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          value={view.q}
          onChange={(event) => change({ q: event.target.value })}
          onKeyDown={(event) => {
            if (event.key === "Escape") change({ q: "" });
            if (event.key === "ArrowDown") document.querySelector<HTMLElement>("[data-service] a")?.focus();
          }}
          className="size-full rounded-md bg-transparent pr-8 pl-8.5 text-lg md:text-base [&::-webkit-search-cancel-button]:hidden"
        />
        <kbd className="absolute right-2.5 hidden font-mono text-sm text-muted md:block">/</kbd>
      </label>
      <fieldset className={`${box} flex p-0.5`}>
        <legend className="sr-only">Show</legend>
        {shows.map((show) => (
          <button
            key={show}
            type="button"
            aria-pressed={view.show === show}
            onClick={() => change({ show })}
            className="flex items-center gap-1.5 rounded-sm px-1.5 text-muted hover:text-text focus-visible:-outline-offset-2 aria-pressed:bg-hover aria-pressed:font-semibold aria-pressed:text-text md:px-2.5"
          >
            {words[show]}
            <span
              className={show === "trouble" && numbers.trouble > 0 ? "font-semibold text-status-failed" : "font-normal"}
            >
              {numbers[show]}
            </span>
          </button>
        ))}
      </fieldset>
      <label
        className={`${box} relative ml-auto grid w-9 place-items-center has-focus-visible:outline-2 has-focus-visible:outline-accent md:hidden`}
      >
        <ArrowUpDown className="size-4 stroke-[1.75] text-muted" aria-hidden="true" />
        <select
          name="order"
          aria-label="Order"
          autoComplete="off"
          value={`${view.sort} ${view.descending}`}
          onChange={(event) => order(event.target.value)}
          className="absolute inset-0 text-lg opacity-0"
        >
          {orders.map(([sort, descending, label]) => (
            <option key={label} value={`${sort} ${descending}`}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <p role="status" className="ml-auto hidden text-muted md:block">
        {shown === total ? "" : `${shown} of ${total}`}
      </p>
    </search>
  );
}
