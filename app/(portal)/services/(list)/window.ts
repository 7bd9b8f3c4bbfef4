import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useState } from "react";
import { mostNamed } from "@/lib/services/stats-schema";
import { firstRows } from "../../_live/board";

const many = 150;
const phone = "(width < 48rem)";

type Item<Row> = { row: Row; index: number };
type Windowed<Row> = { items: Item<Row>[]; before: number; after: number };

/** The rows near the screen when there are many, else all; the server's answer holds the first ones. */
export function useWindow<Row>(rows: readonly Row[], body: RefObject<HTMLElement | null>): Windowed<Row> {
  const [place, setPlace] = useState<{ top: number; rowPx: number } | null>(null);
  useLayoutEffect(() => {
    const measure = () => {
      const top = (body.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
      setPlace({ top, rowPx: window.matchMedia(phone).matches ? 60 : 40 });
    };
    measure();
    window.addEventListener("resize", measure);
    return () => window.removeEventListener("resize", measure);
  }, [body]);
  const windowed = rows.length > many && place !== null;
  const { top, rowPx } = place ?? { top: 0, rowPx: 40 };
  const virtualizer = useWindowVirtualizer({
    count: windowed ? rows.length : 0,
    // A row has one height a width of screen: it is given, not measured a row.
    estimateSize: () => rowPx,
    scrollMargin: top,
    overscan: 10,
  });
  if (!windowed) {
    const first = rows.length > many ? rows.slice(0, firstRows) : rows;
    return { items: first.map((row, index) => ({ row, index })), before: 0, after: 0 };
  }
  const shown = virtualizer.getVirtualItems();
  const items = shown.flatMap(({ index }) => {
    const row = rows[index];
    return row === undefined ? [] : [{ row, index }];
  });
  const start = items[0]?.index ?? 0;
  return { items, before: start * rowPx, after: (rows.length - start - items.length) * rowPx };
}

const restMs = 300;

/**
 * Which services' statistics to ask for: all of a short list; of a long one those near the screen, once the hand rests.
 * The names are in order, so that sorting alone asks for nothing new.
 */
export function useSelection(names: readonly string[], total: number): string {
  const wanted = total > many ? [...new Set(names)].slice(0, mostNamed).sort().join(",") : "all";
  const [selection, setSelection] = useState(wanted);
  useEffect(() => {
    const rest = setTimeout(() => setSelection(wanted), restMs);
    return () => clearTimeout(rest);
  }, [wanted]);
  return selection || "all";
}
