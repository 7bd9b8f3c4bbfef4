import { CircleUser, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { type ReactNode, useState } from "react";
import type { Theme } from "@/app/_ui/theme";
import { accountHref, setTheme, signOut } from "./commands";
import type { Person } from "./person";

const item =
  "flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 outline-none data-highlighted:bg-hover [&>svg]:size-4 [&>svg]:stroke-[1.75] [&>svg]:text-muted";
const choices = [
  ["system", "System", Monitor],
  ["light", "Light", Sun],
  ["dark", "Dark", Moon],
] as const;

type Props = { person: Person; theme: Theme; className: string; children: ReactNode };

/** The same button with its menu, open from the start: it was asked for. Not moved to the body: it belongs to the header. */
export default function UserMenuItems({ person, theme, className, children }: Props) {
  const [chosen, setChosen] = useState(theme);
  const choose = (value: string) => {
    setChosen(value as Theme);
    setTheme(value as Theme);
  };
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger className={className}>{children}</DropdownMenu.Trigger>
      <DropdownMenu.Content
        align="end"
        sideOffset={6}
        collisionPadding={12}
        className="z-40 w-64 rounded-lg border border-border bg-raised p-1.5 shadow-float"
      >
        <DropdownMenu.Label className="px-2.5 pt-1.5 pb-2.5">
          <span className="block truncate font-semibold">{person.displayName}</span>
          <span className="block truncate text-sm text-muted">{person.email ?? person.name}</span>
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
    </DropdownMenu.Root>
  );
}
