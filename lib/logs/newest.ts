// The newest lines of many sources, held in bounded space while the sources are read one after another.
import { type Hit, positionOf } from "./line.ts";
import { comparePositions, type Position } from "./schema.ts";

export type Found = Pick<Hit, "line" | "marks"> & { source: number; position: Position };

const byPosition = (a: Found, b: Found) => comparePositions(a.position, b.position);
const costOf = ({ line }: Pick<Hit, "line">) => line.text.length + 100;

export function createNewest(mostLines: number, mostBytes = 8 * 1024 * 1024) {
  let kept: Found[] = [];
  let bytes = 0;
  let floor: Position | null = null;

  // A line may come twice when the engine's log moves between two readings of it.
  function sort() {
    kept.sort(byPosition);
    kept = kept.filter((found, at) => at === 0 || byPosition(found, kept[at - 1] as Found) !== 0);
  }

  // Keeps the newest; whatever is older than the oldest kept line need not be looked at any more.
  function trim() {
    sort();
    let from = kept.length;
    let size = 0;
    while (from > 0 && kept.length - from < mostLines) {
      size += costOf(kept[from - 1] as Found);
      if (size > mostBytes && from < kept.length) break;
      from -= 1;
    }
    if (from === 0) return;
    kept = kept.slice(from);
    bytes = kept.reduce((sum, found) => sum + costOf(found), 0);
    floor = kept[0]?.position ?? floor;
  }

  return {
    add(source: number, container: string, hit: Hit) {
      const position = positionOf(container, hit.line);
      if (floor && comparePositions(position, floor) < 0) return;
      kept.push({ line: hit.line, marks: hit.marks, source, position });
      bytes += costOf(hit);
      if (kept.length > 2 * mostLines || bytes > 2 * mostBytes) trim();
    },
    /** Whether lines before this one would be dropped. */
    isFullAt(position: Position): boolean {
      if (kept.length >= mostLines || bytes >= mostBytes) {
        sort();
        const oldest = kept.at(-mostLines) ?? kept[0];
        return oldest !== undefined && comparePositions(position, oldest.position) <= 0;
      }
      return floor !== null && comparePositions(position, floor) <= 0;
    },
    /** In order; `floor` is set when older lines were dropped. */
    finish(): { lines: Found[]; floor: Position | null } {
      trim();
      return { lines: kept, floor };
    },
  };
}
