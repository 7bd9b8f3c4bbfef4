"use client";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { ServiceRow } from "@/lib/services/schema";

const Known = createContext<ReadonlySet<string>>(new Set());

/** `services`: those whose rows say which container they are. Beside the rows, which then are not drawn anew. */
export function Scaled({ services, children }: { services: readonly string[]; children: ReactNode }) {
  // No name has a line break in it.
  const names = services.join("\n");
  const known = useMemo(() => new Set(names.split("\n")), [names]);
  return <Known value={known}>{children}</Known>;
}

/** Which of the containers of a scaled service a row is. */
export function ContainerNumber({ row: { service, number } }: { row: ServiceRow }) {
  const isScaled = useContext(Known).has(service);
  if (!isScaled || number === null) return null;
  return (
    <span className="shrink-0 text-sm font-normal text-muted">
      <span className="sr-only">container </span>#{number}
    </span>
  );
}
