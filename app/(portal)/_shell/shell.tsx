import Link from "next/link";
import type { ReactNode } from "react";
import type { Theme } from "@/app/_ui/theme";
import { Wordmark } from "@/app/_ui/wordmark";
import type { Actor } from "@/lib/auth";
import { IdleWarning } from "./idle-warning";
import { Nav } from "./nav";
import { destinationsFor } from "./navigation";
import { PaletteHost } from "./palette-host";
import { SessionNotice } from "./session-notice";
import { UserMenu } from "./user-menu";

type Props = { actor: Actor; theme: Theme; children: ReactNode };

/** One frame for every width: a column beside the page, or a line above it and a bar below on a phone. */
export function Shell({ actor, theme, children }: Props) {
  const destinations = destinationsFor(actor);
  const { name, displayName, email, role } = actor;
  return (
    <div data-role={role} className="min-h-dvh md:grid md:grid-cols-[13.5rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-2 font-semibold text-on-accent focus:translate-y-0"
      >
        Skip to content
      </a>
      <header className="contents md:sticky md:top-0 md:flex md:z-30 md:h-dvh md:flex-col md:border-r md:border-border md:bg-sunken">
        <div className="sticky top-0 z-20 flex h-12 items-center border-b border-border bg-page px-4 md:static md:h-auto md:border-0 md:bg-transparent md:px-5 md:pt-5 md:pb-4">
          <Link href="/" prefetch={false}>
            <Wordmark />
          </Link>
        </div>
        <PaletteHost destinations={destinations} person={name} />
        <Nav destinations={destinations} />
        <UserMenu person={{ name, displayName, email, role }} theme={theme} />
      </header>
      <main id="main" tabIndex={-1} className="min-w-0 px-4 pt-5 pb-24 outline-none md:px-8 md:pt-8 md:pb-12">
        {children}
      </main>
      <SessionNotice />
      <IdleWarning />
    </div>
  );
}
