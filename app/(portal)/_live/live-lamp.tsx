import { useLive } from "./use-live";

/** Says that what is on the page is the present; it keeps its place while the page is not live. */
export function LiveLamp() {
  const { link, engine } = useLive();
  const lit = link === "open" && engine.connected;
  return (
    <span className={`flex items-center gap-1.5 text-sm text-muted ${lit ? "" : "invisible"}`}>
      <svg
        viewBox="0 0 16 16"
        className="size-4"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <circle cx="8" cy="8" r="1.6" fill="currentColor" stroke="none" />
        <path d="M5 11a4.2 4.2 0 0 1 0-6m6 0a4.2 4.2 0 0 1 0 6M2.9 13a7 7 0 0 1 0-10m10.2 0a7 7 0 0 1 0 10" />
      </svg>
      Live
    </span>
  );
}
