"use client";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type Ref, useCallback, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import type { Item, LineItem, SkipItem } from "./buffer";
import { LineRow } from "./line-row";
import { SkipRow } from "./skip-row";
import type { Logs } from "./store";
import { Unfolded } from "./unfolded";

export type ListHandle = { toEnd: () => void; toStart: () => void; toIndex: (index: number) => void };

type Props = {
  handle: Ref<ListHandle>;
  logs: Logs;
  showService: boolean;
  wrap: boolean;
  isFiltered: boolean;
  follow: boolean;
  setFollow: (follow: boolean) => void;
  current: number | null;
  setCurrent: (key: number) => void;
  loadOlder: () => void;
  fill: (item: SkipItem) => void;
  linkTo: (item: LineItem) => string;
  onlyService: (service: string) => void;
};

const rowPx = 22;
const phoneRowPx = 48;
const nearPx = 300;
/** More than are ever shown at once. */
const slots = 512;
/** A scroll this soon after a hand was at it is the reader's, not the list's own. */
const handMs = 600;

/** The lines near the window out of all that are held. It stays at the end while the reader does. */
export function List(props: Props) {
  const { logs, wrap, follow, setFollow, current, setCurrent, loadOlder } = props;
  const { items } = logs;
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [isPhone, setPhone] = useState(false);
  // Zero would be a moment just before a quick page's first lines.
  const hand = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const query = window.matchMedia("(width < 48rem)");
    const change = () => setPhone(query.matches);
    change();
    query.addEventListener("change", change);
    return () => query.removeEventListener("change", change);
  }, []);
  const isMeasured = wrap || isPhone;
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isPhone ? phoneRowPx : rowPx),
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: 8,
    anchorTo: "end",
    followOnAppend: follow,
    scrollEndThreshold: 40,
  });

  useImperativeHandle(props.handle, () => ({
    toEnd: () => virtualizer.scrollToIndex(items.length - 1, { align: "end" }),
    toStart: () => virtualizer.scrollToIndex(0, { align: "start" }),
    toIndex: (index) => virtualizer.scrollToIndex(index, { align: "center" }),
  }));

  const toggle = useCallback(
    (key: number) => {
      setCurrent(key);
      setFollow(false);
      setOpen((before) => {
        const next = new Set(before);
        if (!next.delete(key)) next.add(key);
        return next;
      });
    },
    [setCurrent, setFollow],
  );
  const touched = () => {
    hand.current = performance.now();
  };
  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    if (element.scrollTop < nearPx && !follow) loadOlder();
    if (performance.now() - hand.current > handMs) return;
    const left = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (follow !== left < 40) setFollow(left < 40);
  };
  // It opens at its end.
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    if (isFirst.current && follow) virtualizer.scrollToIndex(items.length - 1, { align: "end" });
    isFirst.current = false;
  });
  const total = virtualizer.getTotalSize();
  // Heights that turn out other than estimated move the end away, and what comes is only followed from there.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && follow && isMeasured && total > 0) element.scrollTop = element.scrollHeight;
  }, [follow, isMeasured, total]);
  // A list that does not fill the window has no scrolling that would ask for more.
  useEffect(() => {
    const element = scroller.current;
    if (element && total < element.clientHeight && logs.horizon) loadOlder();
  }, [total, logs.horizon, loadOlder]);

  return (
    <section
      ref={scroller}
      aria-label="Lines of the log"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by the keyboard
      tabIndex={0}
      onScroll={onScroll}
      onWheel={touched}
      onTouchMove={touched}
      onPointerDown={touched}
      onKeyDown={touched}
      className="min-h-0 flex-1 contain-strict overflow-x-hidden overflow-y-auto overscroll-contain border-y border-border bg-sunken font-mono text-sm/5 outline-none [overflow-anchor:none] focus-visible:outline-2 focus-visible:-outline-offset-2 focus-visible:outline-accent"
    >
      <div className="relative w-full" style={{ height: total }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          if (!item) return null;
          const isOpen = open.has(item.key);
          const measured = isMeasured || isOpen || item.kind === "skip";
          return (
            <div
              // Rows of one height lend their elements to each other: a flood changes words, not the document's tree.
              key={measured ? item.key : `slot ${index % slots}`}
              data-index={index}
              ref={measured ? virtualizer.measureElement : undefined}
              className={`absolute top-0 left-0 w-full ${measured ? "" : "h-5.5 contain-strict"}`}
              style={{ transform: `translateY(${start}px)` }}
            >
              <Row {...props} item={item} isOpen={isOpen} isCurrent={item.key === current} toggle={toggle} />
            </div>
          );
        })}
      </div>
    </section>
  );
}

type RowProps = Props & { item: Item; isOpen: boolean; isCurrent: boolean; toggle: (key: number) => void };

function Row({
  item,
  logs,
  showService,
  wrap,
  isFiltered,
  isOpen,
  isCurrent,
  toggle,
  fill,
  linkTo,
  onlyService,
}: RowProps) {
  if (item.kind === "skip") {
    return <SkipRow item={item} isFilling={logs.filling === item.key} isFiltered={isFiltered} fill={fill} />;
  }
  return (
    <>
      <LineRow
        item={item}
        showService={showService}
        wrap={wrap}
        isOpen={isOpen}
        isCurrent={isCurrent}
        toggle={toggle}
      />
      {isOpen ? <Unfolded key={item.key} item={item} linkTo={linkTo} onlyService={onlyService} /> : null}
    </>
  );
}
