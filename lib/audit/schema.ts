// Inputs and types of the audit; the browser may import this file alone.
import { z } from "zod";

export const outcomes = ["done", "failed", "refused", "unfinished"] as const;
export const actorKinds = ["person", "token", "host", "worker", "nobody"] as const;

export const AuditFilter = z
  .object({
    /** One entry alone. */
    entry: z
      .string()
      .regex(/^[0-9]{1,18}$/, "“entry” must be the number of an entry")
      .optional(),
    /** Name of a person, their refused sign-ins too, or `owner/token`. */
    actor: z.string().max(200).optional(),
    /** A whole action (`user.role`) or its first part (`user`). */
    action: z
      .string()
      .regex(/^[a-z0-9.-]{1,60}$/, "“action” must look like user.role, or user for all of that kind")
      .optional(),
    /** Part of what it was done to, in any case of letters. */
    target: z.string().max(500).optional(),
    outcome: z.enum(outcomes).optional(),
    from: z.iso.datetime({ offset: true }).optional(),
    to: z.iso.datetime({ offset: true }).optional(),
  })
  .refine(({ from, to }) => !from || !to || Date.parse(from) < Date.parse(to), {
    path: ["from"],
    message: "“from” must be before “to”",
  });

export const AuditPageInput = AuditFilter.safeExtend({
  /** `next` of the page before. */
  before: z
    .string()
    .regex(/^[0-9]{1,18}$/, "“before” must be the `next` of a page")
    .optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const AuditEntry = z.object({
  id: z.string(),
  /** When it was written down. */
  at: z.iso.datetime(),
  /** When it happened, of what was learned only later; null where that is `at`. */
  happenedAt: z.iso.datetime().nullable(),
  /** When the outcome was known; null while it is not. */
  finishedAt: z.iso.datetime().nullable(),
  actor: z.object({ kind: z.enum(actorKinds), id: z.string().nullable(), name: z.string() }),
  action: z.string(),
  target: z.string(),
  outcome: z.enum(outcomes),
  error: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  before: z.unknown(),
  after: z.unknown(),
  /** What would have been `after`, of what was not done. */
  intended: z.unknown(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  sessionId: z.string().nullable(),
  requestId: z.string().nullable(),
  traceId: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditPage = z.object({ entries: z.array(AuditEntry), next: z.string().nullable() });
export type AuditPage = z.infer<typeof AuditPage>;

export const AuditFinding = z.object({
  code: z.enum(["changed", "removed", "recomputed", "head-forged", "head-table", "not-sealed"]),
  /** The row it was noticed at. */
  id: z.string().nullable(),
  message: z.string(),
});
export type AuditFinding = z.infer<typeof AuditFinding>;

export const AuditVerdict = z.object({
  /** `unproven`: nothing speaks against it, but the sealed heads could not be compared. */
  state: z.enum(["intact", "broken", "unproven"]),
  rows: z.number(),
  /** The newest row that a sealed head vouches for. */
  sealedThrough: z.string().nullable(),
  sealedAt: z.iso.datetime().nullable(),
  heads: z.number(),
  findings: z.array(AuditFinding),
});
export type AuditVerdict = z.infer<typeof AuditVerdict>;

export const exportFormats = ["csv", "jsonl"] as const;
export type ExportFormat = (typeof exportFormats)[number];
export const AuditExportInput = AuditFilter.safeExtend({ format: z.enum(exportFormats) });
