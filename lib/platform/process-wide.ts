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
/** Streams end in `first`; what running requests still need, such as the pool, ends in `last`. */
type Stage = "first" | "last";
const closers = () => processWide("closers", () => ({ first: new Set<Closer>(), last: new Set<Closer>() }));

const begun = () => processWide("shutdown-begun", () => ({ first: false, last: false }));

/** Registers work for SIGTERM, or does it at once when that was before; answers how to take it back. */
export function onShutdown(closer: Closer, stage: Stage = "first"): () => void {
  if (begun()[stage]) void Promise.resolve().then(closer);
  else closers()[stage].add(closer);
  return () => closers()[stage].delete(closer);
}

export async function runShutdown(stage: Stage): Promise<void> {
  begun()[stage] = true;
  const registered = [...closers()[stage]];
  closers()[stage].clear();
  await Promise.allSettled(registered.map((closer) => Promise.resolve().then(closer)));
}
