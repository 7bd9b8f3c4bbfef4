// The hash of an audit row, computed apart from the database's own function (migration 0002), so that neither a changed
// row nor a changed function goes unseen.
import { createHash } from "node:crypto";

/** As text, exactly as the database prints each column; `chainColumns` asks for it so. */
export type ChainRow = {
  id: string;
  at: string;
  intent_id: string | null;
  actor_kind: string;
  actor_id: string | null;
  actor_name: string;
  session_id: string | null;
  action: string;
  target: string;
  outcome: string;
  details: string;
  before: string | null;
  after: string | null;
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  trace_id: string | null;
};

export const chainColumns = `id::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  intent_id::text, actor_kind, actor_id, actor_name, session_id::text, action, target, outcome, details::text,
  before::text, after::text, host(ip) as ip, user_agent, request_id, trace_id`;

const order = [
  ...(["id", "at", "intent_id", "actor_kind", "actor_id", "actor_name", "session_id", "action", "target"] as const),
  ...(["outcome", "details", "before", "after", "ip", "user_agent", "request_id", "trace_id"] as const),
];

/** What the first row points back to. */
export const chainStart = Buffer.alloc(32);

const field = (value: string | null) => (value === null ? "-," : `${Buffer.byteLength(value)}:${value},`);

export function hashOf(row: ChainRow, previous: Buffer): Buffer {
  const text = order.map((name) => field(row[name])).join("");
  return createHash("sha256").update(previous).update(text).digest();
}
