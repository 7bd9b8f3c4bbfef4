import "server-only";
import type { Actor } from "@/lib/auth";
import { listServices } from "@/lib/services";
import { boardOf, firstRows, type RenderedBoard } from "./board";

export async function readBoard(actor: Actor): Promise<RenderedBoard> {
  const list = await listServices(actor);
  return { ...boardOf(list, null, firstRows), renderedAt: Date.now() };
}
