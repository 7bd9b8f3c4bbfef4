"use client";
import Link, { useLinkStatus } from "next/link";
import { usePathname } from "next/navigation";
import type { ReactNode } from "react";

/** Asked for when it is chosen: fetched ahead, each page load would cost the portal one more a page. */
export function NavLink({ href, className, children }: { href: string; className: string; children: ReactNode }) {
  const path = usePathname();
  const here = href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`);
  return (
    <Link href={href} prefetch={false} className={className} aria-current={here ? "page" : undefined}>
      {children}
      <Underway />
    </Link>
  );
}

/** Shows on a slow link that the page is on its way; a fast one never shows it. */
function Underway() {
  const { pending } = useLinkStatus();
  return pending ? (
    <span className="pointer-events-none absolute inset-x-2 bottom-0 h-0.5 animate-underway rounded-full bg-accent" />
  ) : null;
}
