"use client";
import { ChevronsUpDown, CircleUser, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { useState } from "react";
import type { Theme } from "@/app/_ui/theme";
import { accountHref, setTheme, signOut, signOutForm } from "./commands";

export type Person = { name: string; displayName: string; email: string | null; role: string | null };

const item =
  "flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 outline-none data-highlighted:bg-hover [&>svg]:size-4 [&>svg]:stroke-[1.75] [&>svg]:text-muted";
const choices = [
  ["system", "System", Monitor],
  ["light", "Light", Sun],
  ["dark", "Dark", Moon],
] as const;

const initials = (name: string) =>
  name
    .split(/[\s._-]+/)
    .slice(0, 2)
    .map((part) => part[0]?.toUpperCase())
    .join("");

export function UserMenu({ person, theme }: { person: Person; theme: Theme }) {
  const [chosen, setChosen] = useState(theme);
  const { name, displayName, email, role } = person;
  const choose = (value: string) => {
    setChosen(value as Theme);
    setTheme(value as Theme);
  };
  return (
    <>
      <form id={signOutForm} method="post" action="/api/sign-out" hidden />
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger className="fixed top-1 right-3 z-30 flex h-10 items-center gap-2.5 rounded-md text-left hover:bg-hover data-[state=open]:bg-hover md:static md:m-3 md:h-12 md:px-2">
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
          <ChevronsUpDown className="hidden size-4 text-muted md:block" />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content
            align="end"
            sideOffset={6}
            collisionPadding={12}
            className="z-40 w-64 rounded-lg border border-border bg-raised p-1.5 shadow-float"
          >
            <DropdownMenu.Label className="px-2.5 pt-1.5 pb-2.5">
              <span className="block truncate font-semibold">{displayName}</span>
              <span className="block truncate text-sm text-muted">{email ?? name}</span>
            </DropdownMenu.Label>
            <DropdownMenu.RadioGroup
              value={chosen}
              onValueChange={choose}
              aria-label="Theme"
              className="mb-1.5 flex gap-1 border-y border-border py-1.5"
            >
              {choices.map(([value, label, Icon]) => (
                <DropdownMenu.RadioItem
                  key={value}
                  value={value}
                  onSelect={(event) => event.preventDefault()}
                  className="flex min-h-9 flex-1 cursor-pointer items-center justify-center gap-1.5 rounded-md text-sm text-muted outline-none data-highlighted:bg-hover data-[state=checked]:bg-hover data-[state=checked]:font-semibold data-[state=checked]:text-text [&>svg]:size-4 [&>svg]:stroke-[1.75]"
                >
                  <Icon />
                  {label}
                </DropdownMenu.RadioItem>
              ))}
            </DropdownMenu.RadioGroup>
            <DropdownMenu.Item asChild>
              <a href={accountHref} className={item}>
                <CircleUser />
                Account and second factor
              </a>
            </DropdownMenu.Item>
            <DropdownMenu.Item onSelect={signOut} className={item}>
              <LogOut />
              Sign out
            </DropdownMenu.Item>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </>
  );
}
