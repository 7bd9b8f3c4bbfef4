import "server-only";
import type { Actor } from "@/lib/auth";
import { listServices } from "@/lib/services";
import { boardOf, firstRows, type RenderedBoard } from "../../_live/board";
import { type FirstRows, firstOf, type View } from "./view";

/** The board, and the first rows of the view: of thousands of rows these may be others than the worst. */
export async function readList(actor: Actor, view: View): Promise<{ board: RenderedBoard; first: FirstRows }> {
  const list = await listServices(actor);
  return {
    board: { ...boardOf(list, null, firstRows), renderedAt: Date.now() },
    first: firstOf(list.services, view, firstRows),
  };
}
