/**
 * One value a process, whatever number of times a module is instantiated: Next compiles pages, handlers and the
 * server entry into separate bundles, and each would otherwise open its own pool and event stream.
 */
export function processWide<T>(name: string, create: () => T): T {
  const key = Symbol.for(`taylordash.${name}`);
  const holder = globalThis as unknown as Record<symbol, T | undefined>;
  const existing = holder[key];
  if (existing !== undefined) return existing;
  const made = create();
  holder[key] = made;
  return made;
}

type Closer = () => Promise<void> | void;
const closers = () => processWide("closers", () => new Set<Closer>());

/** Registers work for SIGTERM: streams end first, pools close last (the order of registration reversed). */
export function onShutdown(closer: Closer): () => void {
  closers().add(closer);
  return () => closers().delete(closer);
}

export async function runShutdown(): Promise<void> {
  for (const closer of [...closers()].reverse()) {
    await Promise.resolve()
      .then(closer)
      .catch(() => undefined);
  }
  closers().clear();
}
