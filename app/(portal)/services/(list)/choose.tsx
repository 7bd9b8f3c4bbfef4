import type { Dispatch, RefObject, SetStateAction } from "react";
import { useChangedEarly } from "@/app/_ui/changed-early";
import type { ServiceRow } from "@/lib/services/schema";

export type Choice = {
  chosen: ReadonlySet<string>;
  choose: Dispatch<SetStateAction<ReadonlySet<string>>>;
};

/** Room for the box at the left of a row, whatever its columns. */
export const withBox = "pl-11! sm:pl-9!";
// The whole left edge takes the click, above the row's link.
const cell = "absolute inset-y-0 left-0 z-1 w-11 sm:w-9";
const label = "flex size-full items-center justify-center";
const box = "size-4 accent-accent";

export const ChooseOne = ({
  row: { service, title },
  chosen,
  choose,
}: {
  row: ServiceRow;
  chosen: boolean;
  choose: Choice["choose"];
}) => (
  <td className={cell}>
    <label className={label}>
      <input
        type="checkbox"
        className={box}
        name="chosen"
        autoComplete="off"
        value={service}
        aria-label={`Choose ${title}`}
        checked={chosen}
        onChange={() =>
          choose((before) => {
            const after = new Set(before);
            if (!after.delete(service)) after.add(service);
            return after;
          })
        }
      />
    </label>
  </td>
);

/** Of the rows that are shown: what a filter hides is never chosen by this. */
export function ChooseAll({ rows, choice: { chosen, choose } }: { rows: readonly ServiceRow[]; choice: Choice }) {
  const shown = [...new Set(rows.map(({ service }) => service))];
  const all = shown.length > 0 && shown.every((service) => chosen.has(service));
  const some = shown.some((service) => chosen.has(service));
  return (
    <th className={cell}>
      <label className={label}>
        <input
          type="checkbox"
          className={box}
          name="all"
          autoComplete="off"
          aria-label={all ? "Choose none of those shown" : "Choose all that are shown"}
          checked={all}
          ref={(input) => {
            if (input) input.indeterminate = some && !all;
          }}
          onChange={() =>
            choose((before) => new Set(all ? [...before].filter((one) => !shown.includes(one)) : [...before, ...shown]))
          }
        />
      </label>
    </th>
  );
}

/** Boxes ticked before the page's script had come count too. */
export function useChosenEarly(
  table: RefObject<HTMLElement | null>,
  rows: readonly ServiceRow[],
  choice: Choice | null,
) {
  useChangedEarly(table, ({ name, value }) => {
    const ticked = name === "all" ? rows.map(({ service }) => service) : [value];
    choice?.choose((before) => new Set([...before, ...ticked]));
  });
}
