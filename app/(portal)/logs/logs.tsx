"use client";
import { ArrowDown } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import "./logs.css";
import { useLive } from "../_live/use-live";
import { findNext, type LineItem } from "./buffer";
import { Footer } from "./footer";
import { Lamp } from "./lamp";
import { List, type ListHandle } from "./list";
import { Missing } from "./missing";
import { Nothing } from "./nothing";
import type { ServiceName } from "./service-picker";
import { useShortcuts } from "./shortcuts";
import { createLogStore, noLogs } from "./store";
import { Toolbar } from "./toolbar";
import { useLinkedLine } from "./use-linked-line";
import {
  expressionProblem,
  filtersOf,
  isFiltered,
  plainView,
  queryOf,
  runnable,
  unfinishedWords,
  type View,
} from "./view";
import { count } from "./words";

/** The whole height beside the navigation; the lines scroll, the page does not. */
export const frame =
  "-mx-4 -mt-5 -mb-24 flex h-[calc(100dvh-6.5rem-env(safe-area-inset-bottom))] flex-col pt-4 md:-mx-8 md:-mt-8 md:-mb-12 md:h-dvh md:pt-6";

type Props = { initial: View; missing: readonly string[]; services: readonly ServiceName[] };

export function Logs({ initial, missing, services }: Props) {
  const [view, setView] = useState(initial);
  const change = useCallback((part: Partial<View>) => setView((before) => ({ ...before, at: null, ...part })), []);
  useAddress(view);
  const asked = useRunnable(view);
  // A change of what is asked for begins anew; wrapping and such does not.
  const question = `${filtersOf(asked)} ${view.at ? queryOf({ ...plainView, at: view.at }) : ""}`;
  const store = useMemo(() => createLogStore(asked), [question]);
  useEffect(() => {
    store.start();
    return () => store.stop();
  }, [store]);
  const logs = useSyncExternalStore(store.subscribe, store.current, () => noLogs);
  const [follow, setFollowing] = useState(view.at === null);
  const [current, setCurrent] = useState<number | null>(null);
  const [wrap, setWrap] = useState(false);
  const list = useRef<ListHandle>(null);
  const search = useRef<HTMLInputElement>(null);

  const setFollow = useCallback(
    (wanted: boolean) => {
      store.follow(wanted);
      setFollowing(wanted);
    },
    [store],
  );
  useEffect(() => {
    setFollow(view.at === null);
    setCurrent(null);
  }, [view.at, setFollow]);
  const toEnd = () => {
    setFollow(true);
    requestAnimationFrame(() => list.current?.toEnd());
  };
  useLinkedLine(view, logs.items, setCurrent, list);

  /** To another line: the next match where the search marks them among all, else the next line. */
  const move = (step: 1 | -1, matchesOnly: boolean) => {
    const at = logs.items.findIndex(({ key }) => key === current);
    const from = at < 0 ? (step > 0 ? -1 : logs.items.length) : at;
    const fits = (item: (typeof logs.items)[number]) =>
      item.kind === "line" && (!matchesOnly || view.only || item.marks !== null);
    const to = matchesOnly
      ? findNext(logs.items, at < 0 && step > 0 ? logs.items.length - 1 : from, step, fits)
      : from + step;
    const item = logs.items[to];
    if (!item) return;
    setFollow(false);
    setCurrent(item.key);
    list.current?.toIndex(to);
  };
  useShortcuts({
    "/": () => search.current?.select(),
    f: () => (follow ? setFollow(false) : toEnd()),
    w: () => setWrap(!wrap),
    n: () => view.q && move(1, true),
    N: () => view.q && move(-1, true),
    j: () => move(1, false),
    k: () => move(-1, false),
    g: () => {
      setFollow(false);
      list.current?.toStart();
    },
    G: toEnd,
  });

  const linkTo = useCallback(
    ({ container, stamp, seq }: LineItem) =>
      `${window.location.origin}/logs${queryOf({ ...view, since: "", until: "", at: { container, stamp, seq } })}`,
    [view],
  );
  const onlyService = useCallback((service: string) => change({ services: [service] }), [change]);
  const isEmpty = logs.items.length === 0;
  const silent = useSilence(view.services);
  const problem = asked === view ? (isEmpty ? null : logs.problem) : unfinishedWords(view, asked);
  return (
    <div className={frame}>
      <header className="flex items-center justify-between px-4 pb-3 max-md:sr-only md:px-8">
        <h1 className="text-2xl tracking-[-0.015em]">Logs</h1>
        <Lamp link={logs.link} isFollowing={follow} silent={silent} />
      </header>
      <Toolbar {...{ view, asked, change, services, search, wrap, setWrap }} jump={(step) => move(step, true)} />
      {view.services === initial.services ? <Missing {...{ missing, services }} shown={view.services} /> : null}
      <div className="relative flex min-h-0 flex-1 flex-col">
        {isEmpty ? (
          <Nothing
            logs={logs}
            isFiltered={isFiltered(asked)}
            clear={() => setView({ ...plainView, services: view.services })}
          />
        ) : (
          <List
            {...{ logs, wrap, follow, setFollow, current, setCurrent, linkTo, onlyService }}
            handle={list}
            showService={view.services.length !== 1}
            isFiltered={isFiltered(asked)}
            loadOlder={store.loadOlder}
            fill={store.fill}
          />
        )}
        {problem ? (
          <p
            role="alert"
            // Each engine has words of its own for what is wrong with an expression.
            suppressHydrationWarning
            data-status="restarting"
            className="absolute inset-x-4 top-3 rounded-md border border-status bg-status-soft px-3 py-2 text-sm shadow-float md:inset-x-8"
          >
            {problem}
          </p>
        ) : null}
        {follow || isEmpty ? null : (
          <button
            type="button"
            onClick={toEnd}
            className="absolute bottom-4 left-1/2 inline-flex min-h-9 -translate-x-1/2 items-center gap-2 rounded-full bg-accent px-4 font-semibold text-on-accent shadow-float"
          >
            <ArrowDown className="size-4" aria-hidden="true" />
            {logs.unseen > 0
              ? `${count(logs.unseen)}${logs.link === "paused" ? "+" : ""} new ${logs.unseen === 1 ? "line" : "lines"}`
              : "To the newest line"}
          </button>
        )}
      </div>
      <Footer logs={logs} isFollowing={follow} silent={silent} />
    </div>
  );
}

/** While an expression is being typed and cannot be run, the lines of the last one stay. */
function useRunnable(view: View): View {
  const isRunnable = expressionProblem(view) === null;
  const [last, setLast] = useState(isRunnable ? view : plainView);
  if (isRunnable && (last.q !== view.q || last.plain !== view.plain)) setLast(view);
  return useMemo(() => (isRunnable ? view : runnable(view, last)), [view, last, isRunnable]);
}

/** Why no line can come for now, however live the page is; null when one can. */
function useSilence(services: readonly string[]): string | null {
  const rows = useLive().services;
  if (!rows || services.length === 0) return null;
  const runs = rows.some(
    ({ service, state }) => services.includes(service) && !["created", "exited", "dead"].includes(state),
  );
  return runs ? null : services.length === 1 ? "it does not run" : "none of them runs";
}

/** Keeps the view in the address, without a request and without an entry in the history a letter. */
function useAddress(view: View) {
  const fresh = useRef(true);
  useEffect(() => {
    if (fresh.current) {
      fresh.current = false;
      return;
    }
    window.history.replaceState(null, "", `${window.location.pathname}${queryOf(view)}`);
  }, [view]);
}
