import type { LogPage } from "@/lib/logs/schema";
import { type Item, toItem } from "./buffer";

/** A page of lines of the past. @throws Error with the portal's own words. */
export async function readPage(query: URLSearchParams): Promise<LogPage> {
  const answer = await fetch(`/api/v1/logs?${query}`, { cache: "no-store" });
  const body = (await answer.json()) as LogPage & { error?: { message: string } };
  if (!answer.ok) throw new Error(body.error?.message ?? `The portal answers ${answer.status}.`);
  return body;
}

export const itemsOf = ({ lines, sources }: LogPage): Item[] =>
  lines.flatMap((line) => {
    const source = sources[line[0]];
    return source ? [toItem(line, source)] : [];
  });

/** Why a stream was refused, which it cannot say itself; null when the portal does not answer, or would not refuse now. */
export async function readRefusal(filters: URLSearchParams): Promise<{ status: number; message: string } | null> {
  const query = new URLSearchParams(filters);
  query.set("limit", "1");
  const answer = await fetch(`/api/v1/logs?${query}`, { cache: "no-store" }).catch(() => null);
  if (!answer || answer.status < 400 || answer.status >= 500) return null;
  const body = (await answer.json().catch(() => null)) as { error?: { message?: string } } | null;
  return { status: answer.status, message: body?.error?.message ?? "The portal refused this view." };
}
