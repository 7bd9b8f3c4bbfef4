import { useEffect, useRef, useState } from "react";
import { type ServiceRow, statusOf } from "@/lib/services/schema";
import type { Trouble } from "@/lib/services/trouble-schema";

const firstMs = 250;
const most = 10;
const tries = 6;

const keyOf = (rows: readonly ServiceRow[]) =>
  rows
    .slice(0, most)
    .map((row) => `${row.id} ${statusOf(row)}`)
    .filter((key) => !/ (healthy|running)$/.test(key))
    .join(",");

const isComplete = (trouble: Trouble | null) => trouble?.services.every(({ since }) => since !== null) ?? false;

async function read(signal: AbortSignal): Promise<Trouble | null> {
  const answer = await fetch("/api/v1/trouble", { signal, cache: "no-store" }).catch(() => null);
  return answer?.ok ? ((await answer.json()) as Trouble) : null;
}

/**
 * Since when and why things are wrong, asked for when what is wrong changes. The worker writes the history a moment after
 * the event, so an answer that does not know yet is asked for again, a few times and ever later.
 */
export function useTrouble(rows: readonly ServiceRow[], initial: Trouble | null): Trouble | null {
  const key = keyOf(rows);
  const [trouble, setTrouble] = useState(initial);
  const answered = useRef(isComplete(initial) ? key : null);
  useEffect(() => {
    if (key === "" || answered.current === key) return;
    answered.current = null;
    const leaving = new AbortController();
    let timer = setTimeout(() => void ask(1), firstMs);
    async function ask(turn: number) {
      const found = await read(leaving.signal);
      if (leaving.signal.aborted) return;
      if (found) setTrouble(found);
      if (isComplete(found)) answered.current = key;
      else if (turn < tries) timer = setTimeout(() => void ask(turn + 1), firstMs * 2 ** turn);
    }
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [key]);
  return trouble;
}
