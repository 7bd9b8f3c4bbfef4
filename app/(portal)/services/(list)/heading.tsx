import { ArrowDown, ArrowUp } from "lucide-react";
import type { Sort, View } from "./view";

type Props = {
  words: string;
  sort: Sort | undefined;
  className: string;
  view: View;
  order: (sort: Sort) => void;
};

/** The arrow hangs outside the word, so that headings stand exactly over their columns. */
export function Heading({ words, sort, className, view, order }: Props) {
  if (!sort) return <th className={`${className} text-left font-normal`}>{words}</th>;
  const active = view.sort === sort;
  const Arrow = view.descending ? ArrowDown : ArrowUp;
  const side = className.includes("justify-self-end") ? "right-full mr-1" : "left-full ml-1";
  return (
    <th
      aria-sort={active ? (view.descending ? "descending" : "ascending") : undefined}
      className={`${className} font-normal`}
    >
      <button
        type="button"
        onClick={() => order(sort)}
        className={`relative hover:text-text ${active ? "text-text" : ""}`}
      >
        {words}
        {active ? <Arrow className={`absolute top-1 size-3 ${side}`} /> : null}
      </button>
    </th>
  );
}
