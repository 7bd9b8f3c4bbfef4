"use client";
import { ChevronsUpDown } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Contain, NotLoaded } from "@/app/_ui/contain";
import type { Theme } from "@/app/_ui/theme";
import { signOutForm } from "./commands";
import type { Person } from "./person";

// Placement, focus and keys of a menu weigh more than a whole page of ours: they come with the first opening.
const load = () => import("./user-menu-items");
const UserMenuItems = lazy(load);
// What does not come now is asked for again when it is needed, and told of then.
const ahead = () => void load().catch(() => undefined);

const trigger =
  "fixed top-1 right-3 z-30 flex h-10 items-center gap-2.5 rounded-md text-left hover:bg-hover aria-expanded:bg-hover md:static md:m-3 md:h-12 md:px-2";

const initials = (name: string) =>
  name
    .split(/[\s._-]+/)
    .slice(0, 2)
    .map((part) => part[0]?.toUpperCase())
    .join("");

export function UserMenu({ person, theme }: { person: Person; theme: Theme }) {
  const [wanted, setWanted] = useState(false);
  const { name, displayName, role } = person;
  const face = (
    <>
      <span
        className="grid size-8 shrink-0 place-items-center rounded-full border border-border-strong text-xs font-semibold"
        aria-hidden="true"
      >
        {initials(displayName)}
      </span>
      <span className="sr-only min-w-0 flex-1 md:not-sr-only md:grow">
        <span className="block truncate text-sm/4.5 font-semibold">{name}</span>
        <span className="block truncate text-xs text-muted">{role ?? "no role"}</span>
      </span>
      <ChevronsUpDown className="hidden size-4 text-muted md:block" aria-hidden="true" />
    </>
  );
  const button = (
    <button
      type="button"
      aria-haspopup="menu"
      aria-expanded={false}
      className={trigger}
      onPointerEnter={ahead}
      onClick={() => setWanted(true)}
    >
      {face}
    </button>
  );
  return (
    <>
      <form id={signOutForm} method="post" action="/api/sign-out" hidden />
      {wanted ? (
        <Contain
          fallback={
            <div className="fixed top-12 right-3 z-40 rounded-lg border border-border bg-raised shadow-float md:static md:m-3">
              <NotLoaded>The menu could not be loaded.</NotLoaded>
            </div>
          }
        >
          <Suspense fallback={button}>
            <UserMenuItems person={person} theme={theme} className={trigger}>
              {face}
            </UserMenuItems>
          </Suspense>
        </Contain>
      ) : (
        button
      )}
    </>
  );
}
