import { Command } from "cmdk";
import { CircleUser, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { useRouter } from "next/navigation";
import { type ReactNode, useMemo, useState } from "react";
import { StatusIcon } from "@/app/_ui/status";
import { byTrouble, type ServiceRow, statusOf } from "@/lib/services/schema";
import { useLive } from "../_live/use-live";
import { accountHref, setTheme, signOut } from "./commands";
import type { Destination } from "./navigation";

const group =
  "px-2 pb-2 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted";
const item =
  "flex min-h-10 cursor-pointer items-center gap-2.5 rounded-md px-2.5 data-[selected=true]:bg-hover [&>svg]:size-4 [&>svg]:stroke-[1.75] [&>svg:not([data-status])]:text-muted";
type Props = { destinations: Destination[]; person: string; typing: boolean; close: () => void };

const mostServices = 300;
const matches = ({ title, service, description }: ServiceRow, typed: string) => {
  const text = `${title} ${service} ${description}`.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
};

export default function Palette({ destinations, person, typing, close }: Props) {
  const router = useRouter();
  const { services: all } = useLive();
  const [typed, type] = useState("");
  // Of thousands only those that may be meant are drawn and compared.
  const services = useMemo(() => {
    const sorted = [...(all ?? [])].sort(byTrouble);
    const wanted = sorted.length > mostServices ? sorted.filter((row) => matches(row, typed)) : sorted;
    return wanted.slice(0, mostServices);
  }, [all, typed]);
  const run = (act: () => void) => () => {
    close();
    act();
  };
  const entry = (key: string, icon: ReactNode, label: string, act: () => void, hint?: string) => (
    <Command.Item key={key} value={key} keywords={[label, hint ?? ""]} onSelect={run(act)} className={item}>
      {icon}
      {label}
      {hint ? <span className="ml-auto truncate text-sm text-muted">{hint}</span> : null}
    </Command.Item>
  );
  const go = ({ href, label, icon, external }: Destination) =>
    entry(`page ${href}`, icon, label, () => (external ? window.location.assign(href) : router.push(href)));
  return (
    <Command label="Go to" loop>
      <Command.Input
        autoFocus={typing}
        value={typed}
        onValueChange={type}
        placeholder="Go to a page, a service, a tool"
        className="h-12 w-full border-b border-border bg-transparent px-4.5 text-lg outline-none"
      />
      <Command.List className="max-h-[min(26rem,60dvh)] scroll-py-2 overflow-y-auto overscroll-contain pt-1">
        <Command.Empty className="px-4.5 py-8 text-muted">
          {all ? "Nothing has that name." : "No page has that name. The list of services is still on its way."}
        </Command.Empty>
        <Command.Group heading="Pages" className={group}>
          {destinations.filter(({ external }) => !external).map(go)}
        </Command.Group>
        {destinations.some(({ external }) => external) ? (
          <Command.Group heading="Tools" className={group}>
            {destinations.filter(({ external }) => external).map(go)}
          </Command.Group>
        ) : null}
        {services.length > 0 ? (
          <Command.Group heading="Services" className={group}>
            {services.map((row) =>
              entry(
                `service ${row.id}`,
                <StatusIcon status={statusOf(row)} />,
                row.title,
                () => router.push(`/services/${encodeURIComponent(row.service)}`),
                row.description,
              ),
            )}
          </Command.Group>
        ) : null}
        <Command.Group heading="You" className={group}>
          {entry(
            "account",
            <CircleUser />,
            "Account and second factor",
            () => window.location.assign(accountHref),
            person,
          )}
          {entry("theme light", <Sun />, "Light theme", () => setTheme("light"))}
          {entry("theme dark", <Moon />, "Dark theme", () => setTheme("dark"))}
          {entry("theme system", <Monitor />, "Theme of the system", () => setTheme("system"))}
          {entry("sign out", <LogOut />, "Sign out", signOut)}
        </Command.Group>
      </Command.List>
    </Command>
  );
}
