export { exportAudit } from "./export.ts";
export { type Sealed, sealHead, stands, tidyHeads } from "./heads.ts";
export { listAudit, listAuditFacets } from "./queries.ts";
export {
  type AuditActor,
  audited,
  auditedHandover,
  type Details,
  endHandedOver,
  type HandedOver,
  type Json,
  listHandedOver,
  recordEvent,
  recordIn,
  recordRefusal,
  recordRefused,
} from "./record.ts";
export { verifyAudit } from "./verify.ts";
