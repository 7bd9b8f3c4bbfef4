import { z } from "zod";
import { endpoint } from "@/app/_server/api";
import { downloadLogs, LogDownloadQuery, LogPageAnswer, LogPageQuery, readLogs } from "@/lib/logs";

const read = { method: "GET", tag: "Logs", permission: "services:read", passive: true } as const;

// The verbs parse what stands in the address themselves.
const asked = (request: Request) => Object.fromEntries(new URL(request.url).searchParams);

const LogRow = z.object({
  time: z.string(),
  service: z.string(),
  container: z.string(),
  stream: z.enum(["stdout", "stderr"]),
  level: z.string(),
  line: z.string(),
});

export const logs = [
  endpoint({
    ...read,
    path: "/logs",
    summary: "Lines of the past of one, many or all services in one order of time, and how to go on",
    params: LogPageQuery,
    answer: LogPageAnswer,
    run: ({ actor, request }) => readLogs(actor, asked(request), request.signal),
  }),
  endpoint({
    ...read,
    path: "/logs/download",
    summary: "A range of the merged log as a file, text or JSON lines, oldest first",
    params: LogDownloadQuery,
    lines: LogRow,
    async run({ actor, request }) {
      const left = new AbortController();
      const signal = AbortSignal.any([request.signal, left.signal]);
      const { name, type, chunks } = await downloadLogs(actor, asked(request), signal);
      const encoder = new TextEncoder();
      const body = new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const { value, done } = await chunks.next();
            if (done) controller.close();
            else controller.enqueue(encoder.encode(value));
          },
          cancel: () => left.abort(),
        },
        new CountQueuingStrategy({ highWaterMark: 2 }),
      );
      return new Response(body, {
        headers: {
          "content-type": type,
          "content-disposition": `attachment; filename="${name}"`,
          "cache-control": "no-store",
        },
      });
    },
  }),
];
