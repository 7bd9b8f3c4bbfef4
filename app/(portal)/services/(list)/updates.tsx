"use client";
import { CircleArrowUp } from "lucide-react";
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { Age } from "@/app/_ui/time";
import type { ServiceRow } from "@/lib/services/schema";
import type { ImageUpdate, Updates } from "@/lib/services/updates-schema";
import { useLive } from "../../_live/use-live";
import { useRead } from "../[service]/use-read";

const Known = createContext<ReadonlyMap<string, ImageUpdate>>(new Map());

/** What to say of a newer image, or null where there is none. */
export function newerOf({ here, registry }: ImageUpdate): string | null {
  if (here) return "A newer image is here: recreate takes it";
  return registry?.result === "newer" ? "Its registry has a newer image" : null;
}

/** Asked for once the whole list is there, and again when containers come and go. */
export function UpdatesProvider({ rows, children }: { rows: readonly ServiceRow[]; children: ReactNode }) {
  const ids = useMemo(() => rows.reduce((sum, { id }) => (sum + Number.parseInt(id.slice(0, 8), 16)) | 0, 0), [rows]);
  const { data } = useRead<Updates>(useLive().services ? "/updates" : null, ids, null);
  const known = useMemo(
    () => new Map(data?.images.flatMap((image) => image.services.map((service) => [service, image] as const))),
    [data],
  );
  return <Known value={known}>{children}</Known>;
}

/** How old the image is that runs, and whether a newer one is to be had. */
export function ImageState({ service }: { service: string }) {
  const image = useContext(Known).get(service);
  if (!image) return null;
  const words = newerOf(image);
  return (
    <>
      {image.builtAt ? (
        <span className="ml-2.5 hidden shrink-0 self-center text-sm text-muted xl:inline">
          <span className="sr-only">built </span>
          <Age at={image.builtAt} rough /> old
        </span>
      ) : null}
      {words ? (
        <span title={words} className="ml-1.5 inline-flex shrink-0 self-center text-accent">
          <CircleArrowUp className="size-3.5" aria-hidden />
          <span className="sr-only">{words}</span>
        </span>
      ) : null}
    </>
  );
}
