import { CircleDashed, CirclePause, CircleStop, Radio, WifiOff } from "lucide-react";
import type { Link } from "./store";

const words: Record<Link, string> = {
  opening: "Opening",
  live: "Live",
  reconnecting: "Reconnecting, nothing is lost",
  paused: "Paused while you read",
  done: "A range of the past",
  refused: "Stopped",
  ended: "Signed out",
};

/** Whether what is on the page goes on to the present. */
export function Lamp({ link, isFollowing, silent }: { link: Link; isFollowing: boolean; silent: string | null }) {
  const isHeld = link === "live" && !isFollowing;
  const Icon =
    link === "live"
      ? isHeld
        ? CirclePause
        : Radio
      : link === "opening"
        ? CircleDashed
        : link === "paused"
          ? CirclePause
          : link === "done" || link === "refused"
            ? CircleStop
            : WifiOff;
  return (
    <span role="status" className="flex items-center gap-1.5 text-sm text-muted">
      <Icon className="size-4 stroke-[1.75]" aria-hidden="true" />
      {isHeld ? "Live, not following" : link === "live" && silent ? `Live, ${silent}` : words[link]}
    </span>
  );
}
