// An operation's live output as JSON lines: progress while it works, its result last. What is refused before the first
// line is an ordinary error answer with its status.
import { z } from "zod";
import { errorResponse } from "./respond";

export const OperationLine = z.union([
  z.object({ at: z.iso.datetime(), text: z.string() }),
  z.object({ at: z.iso.datetime(), result: z.enum(["done", "failed"]), message: z.string() }),
]);
type Line = z.infer<typeof OperationLine>;
type Work = (report: (text: string) => void) => Promise<{ message: string }>;

export async function operationResponse(work: Work): Promise<Response> {
  const encoder = new TextEncoder();
  const early: Line[] = [];
  let write = (line: Line): void => {
    early.push(line);
  };
  let began: () => void = () => undefined;
  const firstLine = new Promise<"began">((resolve) => {
    began = () => resolve("began");
  });
  const at = () => new Date().toISOString();
  const running = work((text) => {
    write({ at: at(), text });
    began();
  });
  const first = await Promise.race([running.then(() => "done" as const), firstLine]).catch((error: unknown) =>
    errorResponse(error),
  );
  if (first instanceof Response) return first;

  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      // A viewer who leaves does not end the operation; its lines then go nowhere.
      let open = true;
      write = (line) => {
        if (!open) return;
        try {
          controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
        } catch {
          open = false;
        }
      };
      for (const line of early.splice(0)) write(line);
      const last: Line = await running.then(
        ({ message }) => ({ at: at(), result: "done", message }),
        async (error: unknown) => {
          const { error: words } = (await errorResponse(error).json()) as { error: { message: string } };
          return { at: at(), result: "failed", message: words.message };
        },
      );
      write(last);
      if (open) controller.close();
    },
  });
  return new Response(body, {
    headers: {
      "content-type": "application/x-ndjson; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    },
  });
}
