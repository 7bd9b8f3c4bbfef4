// What there is to go to. A new section is one line here: navigation, phone bar and palette follow.
import { Activity, Boxes, ChartSpline, MonitorSmartphone, Route, ScrollText, Siren, Stamp, Users } from "lucide-react";
import type { ReactNode } from "react";
import type { Actor, Permission } from "@/lib/auth";
import { can } from "@/lib/auth";

export type Destination = {
  href: string;
  label: string;
  icon: ReactNode;
  group: "Portal" | "Tools";
  /** Shown in the phone's bottom bar; the rest is behind its menu. */
  inBar?: boolean;
  /** Another program under this host name: a whole page load. */
  external?: boolean;
};

const all: (Destination & { permission: Permission })[] = [
  { href: "/", label: "Overview", icon: <Activity />, group: "Portal", inBar: true, permission: "services:read" },
  { href: "/services", label: "Services", icon: <Boxes />, group: "Portal", inBar: true, permission: "services:read" },
  { href: "/logs", label: "Logs", icon: <ScrollText />, group: "Portal", inBar: true, permission: "services:read" },
  { href: "/audit", label: "Audit", icon: <Stamp />, group: "Portal", permission: "audit:read" },
  { href: "/sessions", label: "Sessions", icon: <MonitorSmartphone />, group: "Portal", permission: "services:read" },
  { href: "/people", label: "People", icon: <Users />, group: "Portal", permission: "users:read" },
  ...(
    [
      ["/prometheus/", "Prometheus", <ChartSpline key="icon" />],
      ["/alertmanager/", "Alertmanager", <Siren key="icon" />],
      ["/traefik/dashboard/", "Traefik", <Route key="icon" />],
    ] as const
  ).map(([href, label, icon]) => ({
    ...{ href, label, icon, group: "Tools" as const },
    ...{ external: true, permission: "services:admin" as const },
  })),
];

export const destinationsFor = (actor: Actor): Destination[] =>
  all.filter(({ permission }) => can(actor, permission)).map(({ permission: _, ...destination }) => destination);
