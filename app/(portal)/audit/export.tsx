import { Download } from "lucide-react";
import { exportFormats } from "@/lib/audit/schema";
import { queryOf } from "./view";

const words = { csv: "CSV", jsonl: "JSON lines" } as const;

/** The whole of what the filter lets through, not only the page. */
export const Export = ({ filter }: { filter: Record<string, string> }) =>
  exportFormats.map((format) => (
    <a
      key={format}
      href={`/api/v1/audit/export${queryOf({ ...filter, format })}`}
      download
      className="inline-flex min-h-9 items-center gap-2 rounded-md border border-border bg-surface px-3 font-semibold hover:border-border-strong hover:bg-hover"
    >
      <Download className="size-4 stroke-[1.75] text-muted" aria-hidden="true" />
      {words[format]}
    </a>
  ));
