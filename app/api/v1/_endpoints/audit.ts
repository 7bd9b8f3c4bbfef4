import { z } from "zod";
import { endpoint } from "@/app/_server/api";
import { exportAudit, listAudit, listAuditFacets, verifyAudit } from "@/lib/audit";
import { AuditEntry, AuditExportInput, AuditPage, AuditPageInput, AuditVerdict } from "@/lib/audit/schema";

const read = { method: "GET", tag: "Audit", permission: "audit:read" } as const;
const types = { csv: "text/csv; charset=utf-8", jsonl: "application/x-ndjson; charset=utf-8" };

/** One piece after the other, as fast as they are taken; whoever leaves ends the reading. */
function streamOf(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}

export const audit = [
  endpoint({
    ...read,
    path: "/audit",
    summary: "Who did what, on what, when and from where, the newest first, page by page",
    params: AuditPageInput,
    answer: AuditPage,
    run: ({ actor, params }) => listAudit(actor, params),
  }),
  endpoint({
    ...read,
    path: "/audit/facets",
    summary: "Names and actions of the last 90 days, to filter by",
    answer: z.object({ actors: z.array(z.string()), actions: z.array(z.string()) }),
    run: ({ actor }) => listAuditFacets(actor),
  }),
  endpoint({
    ...read,
    path: "/audit/verify",
    summary: "Whether the trail is as it was written: hash chain and sealed heads",
    answer: AuditVerdict,
    run: ({ actor }) => verifyAudit(actor),
  }),
  endpoint({
    ...read,
    path: "/audit/export",
    summary: "What the filter lets through as a file, CSV or JSON lines; the export is in the trail itself",
    params: AuditExportInput,
    lines: AuditEntry,
    async run({ actor, params, request }) {
      // Nothing leaves with a HEAD, so there is nothing to record.
      const pieces = request.method === "HEAD" ? null : await exportAudit(actor, params);
      const name = `audit-${new Date().toISOString().slice(0, 10)}.${params.format}`;
      return new Response(pieces && streamOf(pieces), {
        headers: {
          "content-type": types[params.format],
          "content-disposition": `attachment; filename="${name}"`,
          "cache-control": "no-store",
        },
      });
    },
  }),
];
