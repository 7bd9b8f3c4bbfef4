import { hostname } from "node:os";
import type { ServiceRow } from "./schema.ts";
import { store } from "./store.ts";

/** The engine gives a container its own short id as host name. */
export const isThisProcess = ({ id }: Pick<ServiceRow, "id">): boolean => id.startsWith(hostname());

/** The service that this process is a container of; null outside a container. */
export const thisService = (): string | null => store().rows().find(isThisProcess)?.service ?? null;

/** In the order given, but what holds this process last: once it ends, nobody is left to go on with the rest. */
export const thisProcessLast = <T>(all: readonly T[], holdsIt: (one: T) => boolean): T[] =>
  all.toSorted((a, b) => Number(holdsIt(a)) - Number(holdsIt(b)));
