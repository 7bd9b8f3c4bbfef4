/** A T whose bar is a dash and a dot: the line of a gauge, and the lamp beside it. */
export const Glyph = ({ className }: { className?: string }) => (
  <svg viewBox="0 0 24 24" className={className} fill="none" aria-hidden="true">
    <path d="M3.5 6.5h10.75M9.5 6.5v13" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />
    <circle cx="19.25" cy="6.5" r="2" className="fill-accent" />
  </svg>
);

export const Wordmark = () => (
  <span className="flex items-center gap-1.5 text-lg font-semibold tracking-[-0.01em]">
    <Glyph className="size-6" />
    TaylorDash
  </span>
);
