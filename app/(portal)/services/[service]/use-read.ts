"use client";
import { useEffect, useRef, useState } from "react";

const longestReadMs = 20_000;

type State<T> = { path: string | null; data: T | null; failed: string | null };

/**
 * What the API answers to a path, asked for again with every new `turn`. An old answer stays until a new one is there,
 * so that nothing jumps; a path of null is not asked yet. `initial` came with the page and saves the first question.
 */
export function useRead<T>(
  path: string | null,
  turn: number,
  initial: T | null,
): { data: T | null; failed: string | null } {
  const [state, setState] = useState<State<T>>({ path, data: initial, failed: null });
  const given = useRef(initial !== null);
  // A new turn is the reason to ask again.
  useEffect(() => {
    if (given.current) {
      given.current = false;
      return;
    }
    if (path === null) return;
    const leaving = new AbortController();
    read<T>(path, AbortSignal.any([leaving.signal, AbortSignal.timeout(longestReadMs)])).then(
      (data) => setState({ path, data, failed: null }),
      (error: unknown) => {
        if (leaving.signal.aborted) return;
        const failed = error instanceof Error ? error.message : String(error);
        setState((before) => ({ path, data: before.path === path ? before.data : null, failed }));
      },
    );
    return () => leaving.abort();
  }, [path, turn]);
  return state;
}

async function read<T>(path: string, signal: AbortSignal): Promise<T> {
  const answer = await fetch(`/api/v1${path}`, { signal, cache: "no-store" });
  if (answer.ok) return (await answer.json()) as T;
  const body = (await answer.json().catch(() => null)) as { error?: { message?: string } } | null;
  throw new Error(body?.error?.message ?? `the portal answers ${answer.status}`);
}
