// Numbered events with a short memory, so that a stream that was cut goes on where it stopped.
import type { ServiceEvents } from "./schema.ts";

export type FeedEvent = {
  [Name in keyof ServiceEvents]: { id: string; name: Name; data: ServiceEvents[Name] };
}[keyof ServiceEvents];
export type Unnumbered = FeedEvent extends infer One ? (One extends FeedEvent ? Omit<One, "id"> : never) : never;
type Listener = (event: FeedEvent) => void;

const remembered = 500;

export function createFeed(epoch = Date.now().toString(36)) {
  const listeners = new Set<Listener>();
  const memory: FeedEvent[] = [];
  let next = 1;
  return {
    publish(event: Unnumbered) {
      const numbered = { ...event, id: `${epoch}-${next++}` } as FeedEvent;
      memory.push(numbered);
      if (memory.length > remembered) memory.shift();
      // One listener that throws must not keep the event from the others.
      for (const listener of listeners) {
        try {
          listener(numbered);
        } catch {
          listeners.delete(listener);
        }
      }
    },
    subscribe(listener: Listener): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lastId: () => `${epoch}-${next - 1}`,
    /** What came after an id; null when that is not known any more, or belonged to another process. */
    after(id: string): FeedEvent[] | null {
      if (id === `${epoch}-${next - 1}`) return [];
      const index = memory.findIndex((event) => event.id === id);
      if (index >= 0) return memory.slice(index + 1);
      return memory.length < remembered && id === `${epoch}-0` ? [...memory] : null;
    },
    size: () => listeners.size,
  };
}

export type Feed = ReturnType<typeof createFeed>;
