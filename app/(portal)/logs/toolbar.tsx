"use client";
import { Download, Search, WrapText } from "lucide-react";
import { type Ref, useEffect, useRef, useState } from "react";
import { useChangedEarly } from "@/app/_ui/changed-early";
import { Dropdown } from "./dropdown";
import { RangePicker } from "./range-picker";
import { type ServiceName, ServicePicker } from "./service-picker";
import { iconControl } from "./toolbar-style";
import { expressionProblem, filtersOf, levelGroups, type View } from "./view";

type Props = {
  view: View;
  /** What the lines are of: the view, or the last one that could be run. */
  asked: View;
  change: (part: Partial<View>) => void;
  services: readonly ServiceName[];
  search: Ref<HTMLInputElement>;
  wrap: boolean;
  setWrap: (wrap: boolean) => void;
  jump: (step: 1 | -1) => void;
};

const typingMs = 350;
const toggle =
  "rounded-sm px-1.5 text-sm text-muted hover:text-text focus-visible:-outline-offset-2 aria-pressed:bg-hover aria-pressed:font-semibold aria-pressed:text-text";

export function Toolbar({ view, asked, change, services, search, wrap, setWrap, jump }: Props) {
  return (
    <search className="flex flex-wrap items-center gap-2 px-4 pb-3 md:px-8">
      <ServicePicker services={services} chosen={view.services} choose={(chosen) => change({ services: chosen })} />
      <SearchField view={view} change={change} search={search} jump={jump} />
      <RangePicker since={view.since} until={view.until} choose={change} />
      <fieldset className="flex h-9 items-stretch rounded-md border border-border bg-surface p-0.5 max-md:order-last max-md:w-full">
        <legend className="sr-only">Levels</legend>
        {levelGroups.map(({ name, label }) => (
          <button
            key={name}
            type="button"
            aria-pressed={view.levels.includes(name)}
            onClick={() =>
              change({
                levels: view.levels.includes(name) ? view.levels.filter((one) => one !== name) : [...view.levels, name],
              })
            }
            className={`${toggle} flex items-center justify-center gap-1.5 text-base max-md:flex-1 md:px-2.5`}
          >
            <span data-word={name} className="log-dot" aria-hidden="true" />
            {label}
          </button>
        ))}
      </fieldset>
      <div className="flex gap-2 md:ml-auto">
        <button
          type="button"
          aria-label="Wrap long lines"
          aria-keyshortcuts="w"
          aria-pressed={wrap}
          onClick={() => setWrap(!wrap)}
          className={iconControl}
        >
          <WrapText aria-hidden="true" />
        </button>
        <Downloads view={asked} />
      </div>
    </search>
  );
}

function SearchField({ view, change, search, jump }: Pick<Props, "view" | "change" | "search" | "jump">) {
  const [text, setText] = useState(view.q);
  const box = useRef<HTMLDivElement>(null);
  useChangedEarly(box, (field) => setText(field.value));
  const [inAddress, setInAddress] = useState(view.q);
  if (inAddress !== view.q) {
    setInAddress(view.q);
    setText(view.q);
  }
  useEffect(() => {
    if (text === view.q) return;
    const timer = setTimeout(() => change({ q: text }), typingMs);
    return () => clearTimeout(timer);
  }, [text, view.q, change]);
  return (
    <div
      ref={box}
      className="relative flex h-9 items-center gap-0.5 rounded-md border border-border bg-surface pr-1 outline-offset-2 outline-accent focus-within:border-border-strong has-[input:focus-visible]:outline-2 max-md:order-first max-md:w-full md:w-96"
    >
      <Search className="absolute left-2.5 size-4 stroke-[1.75] text-muted" aria-hidden="true" />
      <input
        ref={search}
        type="search"
        aria-label="Search the lines"
        aria-keyshortcuts="/"
        placeholder={view.plain ? "Text" : "Regular expression"}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={500}
        aria-invalid={expressionProblem(view) !== null}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") setText("");
          if (event.key !== "Enter") return;
          if (text === view.q) jump(event.shiftKey ? -1 : 1);
          else change({ q: text });
        }}
        className="size-full min-w-0 rounded-md bg-transparent pl-8.5 font-mono focus-visible:outline-none text-lg md:text-sm [&::-webkit-search-cancel-button]:hidden"
      />
      {text ? (
        <button
          type="button"
          title="Hide the lines that do not match"
          aria-pressed={view.only}
          onClick={() => change({ only: !view.only })}
          className={`${toggle} h-7 shrink-0`}
        >
          only
        </button>
      ) : null}
      <button
        type="button"
        title="Regular expression"
        aria-label="Regular expression"
        aria-pressed={!view.plain}
        onClick={() => change({ plain: !view.plain })}
        className={`${toggle} h-7 shrink-0 font-mono`}
      >
        .*
      </button>
    </div>
  );
}

function Downloads({ view }: { view: View }) {
  const query = filtersOf(view);
  query.delete("only");
  const address = (format: string) => `/api/v1/logs/download?${new URLSearchParams([...query, ["format", format]])}`;
  const item = "flex min-h-9 items-center rounded-md px-2.5 hover:bg-hover";
  return (
    <Dropdown name="Download" align="right" className={iconControl} label={<Download aria-hidden="true" />}>
      {(close) => (
        <div className="w-60">
          <a href={address("text")} download className={item} onClick={close}>
            Text
          </a>
          <a href={address("jsonl")} download className={item} onClick={close}>
            JSON lines
          </a>
          <p className="px-2.5 pt-1 pb-1.5 text-sm text-muted">
            Everything the engine keeps that these filters let through, at most 500,000 lines.
          </p>
        </div>
      )}
    </Dropdown>
  );
}
