export { type AuditActor, audited, type Details, type Json, recordEvent, recordIn, recordRefusal } from "./record.ts";
export { verifyAudit } from "./verify.ts";
