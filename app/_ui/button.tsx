import Link from "next/link";
import type { ComponentProps } from "react";

const base =
  "inline-flex min-h-9 items-center justify-center gap-2 rounded-md px-3.5 font-semibold transition-colors disabled:opacity-60 aria-disabled:cursor-not-allowed aria-disabled:opacity-60";
const kinds = {
  primary: "bg-accent text-on-accent hover:bg-accent/88",
  danger: "bg-status-failed text-on-accent hover:bg-status-failed/88",
  quiet: "border border-border bg-surface hover:bg-hover hover:border-border-strong",
} as const;

type Kind = { kind?: keyof typeof kinds };

export const Button = ({
  kind = "quiet",
  className = "",
  type = "button",
  ...props
}: ComponentProps<"button"> & Kind) => (
  <button type={type} className={`${base} ${kinds[kind]} ${className}`} {...props} />
);

export const ButtonLink = ({ kind = "quiet", className = "", ...props }: ComponentProps<typeof Link> & Kind) => (
  <Link className={`${base} ${kinds[kind]} ${className}`} {...props} />
);
