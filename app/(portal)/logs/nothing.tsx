import { Button } from "@/app/_ui/button";
import type { Logs } from "./store";

const rows = [62, 48, 71, 55, 80, 44, 66, 58, 74, 50, 69, 61];

/** What stands where the lines will: they are on their way, there are none, or they cannot be had. */
export function Nothing({ logs, isFiltered, clear }: { logs: Logs; isFiltered: boolean; clear: () => void }) {
  const box = "flex min-h-0 flex-1 flex-col border-y border-border bg-sunken";
  if (!logs.ready && !logs.problem) {
    return (
      <div className={`${box} gap-2.5 overflow-hidden px-4 pt-3 md:px-8`} aria-busy="true">
        <p className="sr-only">Reading the newest lines</p>
        {rows.map((width) => (
          <span key={width} className="h-2.5 shrink-0 rounded-sm bg-hover" style={{ width: `${width}%` }} />
        ))}
      </div>
    );
  }
  const isRefused = logs.link === "refused";
  return (
    <div
      className={`${box} items-center gap-4 px-6 pt-[14vh] text-center text-lg text-muted`}
      role={logs.problem ? "alert" : undefined}
    >
      {logs.problem ? (
        <p className="max-w-xl text-text">{logs.problem}</p>
      ) : isFiltered ? (
        <p>No line matches these filters{logs.loadingOlder ? " yet. Looking further back." : "."}</p>
      ) : (
        <p>Nothing was written yet. New lines appear here by themselves.</p>
      )}
      {logs.problem && !isRefused ? <p>It is tried again by itself.</p> : null}
      {isFiltered || isRefused ? (
        <Button className="text-base text-text" onClick={clear}>
          Clear the filters
        </Button>
      ) : null}
    </div>
  );
}
