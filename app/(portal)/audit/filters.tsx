"use client";
import { ListFilter } from "lucide-react";
import { useRouter } from "next/navigation";
import { useLayoutEffect, useRef, useState, useTransition } from "react";
import { Button } from "@/app/_ui/button";
import { useChangedEarly } from "@/app/_ui/changed-early";
import { box } from "../_identity/parts";
import { TargetFilter } from "./target-filter";
import { type names, queryOf, type View } from "./view";

type Props = {
  view: View;
  facets: { actors: string[]; actions: string[] };
  outcomes: readonly string[];
  isFiltered: boolean;
};

/** Choices act at once, typed words when the typing rests. On a phone they are behind a button until one is made. */
export function Filters({ view, facets, outcomes, isFiltered }: Props) {
  const router = useRouter();
  const [pending, start] = useTransition();
  const [shown, setShown] = useState(isFiltered);
  // What was chosen last, also while the page that shows it is still on its way.
  const wanted = useRef(view);
  useLayoutEffect(() => {
    if (!pending) wanted.current = view;
  }, [view, pending]);
  const go = (next: View) => {
    wanted.current = next;
    start(() => router.replace(`/audit${queryOf(next)}`, { scroll: false }));
  };
  const choose = (name: (typeof names)[number]) => (text: string) => {
    const value = text.trim();
    if (value !== (wanted.current[name] ?? "")) go({ ...wanted.current, [name]: value });
  };
  const fields = useRef<HTMLDivElement>(null);
  useChangedEarly(fields, (field) => choose(field.name as (typeof names)[number])(field.value));
  const change = (name: (typeof names)[number]) => (event: { currentTarget: { value: string } }) =>
    choose(name)(event.currentTarget.value);
  // The first part of an action is a choice too: all that was done to people.
  const groups = [...new Set(facets.actions.map((action) => action.split(".")[0] ?? action))];
  const choices = (given: readonly string[], chosen: string | undefined) =>
    [...new Set([...(chosen ? [chosen] : []), ...given])].map((value) => <option key={value}>{value}</option>);
  const selects = [
    { name: "actor", label: "Who", all: "Everybody", given: facets.actors },
    {
      name: "action",
      label: "Action",
      all: "Every action",
      given: [...new Set([...groups, ...facets.actions])].sort(),
    },
    { name: "outcome", label: "Outcome", all: "Every outcome", given: outcomes },
  ] as const;
  return (
    <search className="flex flex-wrap items-center gap-2" aria-busy={pending}>
      <Button className="md:hidden" aria-expanded={shown} onClick={() => setShown(!shown)}>
        <ListFilter className="size-4 stroke-[1.75] text-muted" aria-hidden />
        Filter
      </Button>
      <div
        ref={fields}
        className={`grid grid-cols-2 items-center gap-2 max-md:order-last max-md:w-full md:flex md:flex-wrap ${shown ? "" : "max-md:hidden"}`}
      >
        {selects.map(({ name, label, all, given }) => (
          <select
            key={`${name} ${view[name]}`}
            name={name}
            aria-label={label}
            autoComplete="off"
            defaultValue={view[name] ?? ""}
            onChange={change(name)}
            className={`${box} md:max-w-36`}
          >
            <option value="">{all}</option>
            {choices(given, view[name])}
          </select>
        ))}
        <TargetFilter value={view.target ?? ""} choose={choose("target")} />
        {(["from", "to"] as const).map((name) => (
          <label key={name} className={`${box} flex items-center gap-2`}>
            <span className="text-sm text-muted">{name}</span>
            <input
              key={view[name]}
              type="date"
              name={name}
              autoComplete="off"
              aria-label={`${name} this day, in UTC`}
              defaultValue={view[name]?.slice(0, 10)}
              onChange={change(name)}
              className="min-w-0 flex-1 bg-transparent"
            />
          </label>
        ))}
        {view.entry ? <span className="text-muted">entry {view.entry} alone</span> : null}
        {isFiltered ? <Button onClick={() => go({})}>Clear</Button> : null}
      </div>
    </search>
  );
}
