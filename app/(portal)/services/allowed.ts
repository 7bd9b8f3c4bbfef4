import "server-only";
import { type Actor, can } from "@/lib/auth";
import type { Order } from "./[service]/orders";
import type { Verb } from "./[service]/verbs";

/** What the role reaches; the verbs behind it check again. */
export const verbsFor = (actor: Actor): Verb[] => [
  ...(can(actor, "services:operate") ? (["start", "restart"] as const) : []),
  ...(can(actor, "services:admin") ? (["stop"] as const) : []),
];

export const ordersFor = (actor: Actor): Order[] => [
  ...(can(actor, "services:operate") ? (["scale"] as const) : []),
  ...(can(actor, "services:admin") ? (["recreate"] as const) : []),
];
