// The trail as a file: CSV for spreadsheets, JSON lines for programs; streamed, so that its length does not matter.
import { type Principal, requirePermission } from "../auth/permissions.ts";
import { readAudit } from "./queries.ts";
import { recordEvent } from "./record.ts";
import { type AuditEntry, AuditExportInput, AuditFilter, type ExportFormat } from "./schema.ts";

const columns = [
  ...["id", "at", "finishedAt", "actorKind", "actorId", "actor", "action", "target", "outcome", "error", "details"],
  ...["before", "after", "ip", "userAgent", "sessionId", "requestId", "traceId", "happenedAt", "intended"],
];

/** A spreadsheet runs a cell that begins like a formula; a leading apostrophe makes it text. */
export function csvCell(value: string | null): string {
  const text = value ?? "";
  const harmless = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

const json = (value: unknown) => (value === null || value === undefined ? null : JSON.stringify(value));

function csvLine(entry: AuditEntry): string {
  const { id, at, finishedAt, actor, action, target, outcome, error, details, before, after, ip } = entry;
  const cells = [
    ...[id, at, finishedAt, actor.kind, actor.id, actor.name, action, target, outcome, error, json(details)],
    ...[json(before), json(after), ip, entry.userAgent, entry.sessionId, entry.requestId, entry.traceId],
    ...[entry.happenedAt, json(entry.intended)],
  ];
  return `${cells.map(csvCell).join(",")}\r\n`;
}

const lines: Record<ExportFormat, { head: string; line: (entry: AuditEntry) => string }> = {
  csv: { head: `${columns.join(",")}\r\n`, line: csvLine },
  jsonl: { head: "", line: (entry) => `${JSON.stringify(entry)}\n` },
};

/** Checks and records at once; answers the pieces of the file. The export itself is in the trail. */
export async function exportAudit(actor: Principal, raw: unknown): Promise<AsyncGenerator<string>> {
  requirePermission(actor, "audit:read");
  const { format } = AuditExportInput.parse(raw);
  const filter = AuditFilter.parse(raw);
  await recordEvent(actor, "audit.export", format, { filtered: Object.keys(filter).length > 0 });
  const { head, line } = lines[format];
  return (async function* pieces() {
    if (head) yield head;
    for await (const entry of readAudit(filter)) yield line(entry);
  })();
}
