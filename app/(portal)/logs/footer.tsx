import { msOfStamp } from "@/lib/logs/schema";
import { Lamp } from "./lamp";
import type { Logs } from "./store";
import { lines } from "./words";

const hints: [string, string][] = [
  ["/", "search"],
  ["n N", "matches"],
  ["j k", "lines"],
  ["f", "follow"],
  ["w", "wrap"],
  ["g G", "ends"],
];

/** How much is held, since when, whether there is more; and the keys, where there is a keyboard. */
export function Footer({ logs, isFollowing, silent }: { logs: Logs; isFollowing: boolean; silent: string | null }) {
  const [first] = logs.items;
  const since = first ? new Date(msOfStamp(first.stamp)).toLocaleTimeString("en-GB") : null;
  return (
    <footer className="flex h-9 shrink-0 items-center justify-between gap-4 px-4 text-sm text-muted max-md:h-7 md:px-8">
      <p className="truncate">
        {since ? `${lines(logs.items.length)} since ${since}` : ""}
        {logs.loadingOlder
          ? ", reading older ones"
          : since && logs.ready
            ? logs.horizon
              ? ", older ones above"
              : ", nothing older is kept"
            : ""}
      </p>
      <span className="shrink-0 md:hidden">
        <Lamp link={logs.link} isFollowing={isFollowing} silent={silent} />
      </span>
      <p className="hidden gap-4 pointer-fine:lg:flex" aria-hidden="true">
        {hints.map(([key, does]) => (
          <span key={key}>
            <kbd className="font-mono text-text">{key}</kbd> {does}
          </span>
        ))}
      </p>
    </footer>
  );
}
