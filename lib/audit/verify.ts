// Is the trail as it was written? Every row against its hash, every hash against the row before, and every sealed head
// against the row it vouches for.
import { type Principal, requirePermission } from "../auth/permissions.ts";
import { messageOf } from "../platform/errors.ts";
import { rows } from "../platform/postgres.ts";
import { type ChainRow, chainColumns, chainStart, hashOf } from "./chain.ts";
import { currentHead, type Head, listHeads } from "./heads.ts";
import type { AuditFinding, AuditVerdict } from "./schema.ts";

const pageSize = 2_000;
const mostFindings = 50;
/** The worker seals every minute; an older row beyond the newest head is worth a word. */
const sealWithinMs = 600_000;

type Page = (ChainRow & { prev_hash: Buffer; hash: Buffer })[];

const readPage = (after: string) =>
  rows<Page[number]>(
    `select ${chainColumns}, prev_hash, hash from audit where audit.id > $1 order by audit.id limit $2`,
    [after, pageSize],
  );

function compareHeads(heads: Head[], page: Page, last: boolean, find: (finding: AuditFinding) => void): Head[] {
  const hashes = new Map(page.map((row) => [row.id, row.hash.toString("hex")]));
  const end = last ? null : BigInt(page.at(-1)?.id ?? 0);
  const due = heads.filter(({ id }) => end === null || BigInt(id) <= end);
  for (const { id, hash, at } of due) {
    const found = hashes.get(id);
    if (found === hash) continue;
    const when = `sealed at ${at.toISOString()}`;
    if (found) find({ code: "recomputed", id, message: `Row ${id} is not the one ${when}.` });
    else find({ code: "removed", id, message: `Row ${id}, ${when}, is missing.` });
  }
  return heads.slice(due.length);
}

async function readHeads(find: (finding: AuditFinding) => void): Promise<Head[] | null> {
  try {
    const heads = await listHeads();
    const forged = heads.filter(({ signed }) => !signed);
    if (forged.length > 0) {
      const message = `${forged.length} sealed heads bear no signature of this installation.`;
      find({ code: "head-forged", id: null, message });
    }
    return heads.filter(({ signed }) => signed);
  } catch (error) {
    find({ code: "not-sealed", id: null, message: `The sealed heads cannot be read: ${messageOf(error)}` });
    return null;
  }
}

async function verify(): Promise<AuditVerdict> {
  const findings: AuditFinding[] = [];
  const find = (finding: AuditFinding) => {
    if (findings.length < mostFindings) findings.push(finding);
  };
  // Heads first: what is appended and sealed meanwhile is then beyond what is compared.
  const heads = await readHeads(find);
  let waiting = heads ?? [];
  const sealed = heads?.at(-1);
  let newest: { id: string; hash: Buffer; at: string } | null = null;
  let unsealed: ChainRow | null = null;
  let count = 0;
  for (;;) {
    const page: Page = await readPage(newest?.id ?? "0");
    for (const row of page) {
      const previous: Buffer = newest?.hash ?? chainStart;
      const before = newest ? `after row ${newest.id}` : "at the start";
      if (!row.prev_hash.equals(previous)) {
        find({ code: "removed", id: row.id, message: `Row ${row.id} does not follow: rows are missing ${before}.` });
      }
      if (!row.hash.equals(hashOf(row, row.prev_hash))) {
        find({ code: "changed", id: row.id, message: `Row ${row.id} is not as it was written.` });
      }
      if (BigInt(row.id) > BigInt(sealed?.id ?? 0)) unsealed ??= row;
      newest = { id: row.id, hash: row.hash, at: row.at };
    }
    count += page.length;
    waiting = compareHeads(waiting, page, page.length < pageSize, find);
    if (page.length < pageSize) break;
  }
  const head = await currentHead();
  const known = newest ?? { id: "0", hash: chainStart };
  // Rows may have been appended since; the head is then ahead, never behind and never different.
  const same = head.id === known.id ? head.hash === known.hash.toString("hex") : BigInt(head.id) > BigInt(known.id);
  const appended = BigInt(head.id) > BigInt(known.id) ? (await readPage(known.id)).length > 0 : true;
  if (!same || !appended) {
    const message = `The chain's head is row ${head.id}, the newest row is ${known.id}: the newest rows are missing.`;
    find({ code: "head-table", id: head.id, message });
  }
  if (heads && unsealed && Date.now() - Date.parse(unsealed.at) > sealWithinMs) {
    find({ code: "not-sealed", id: unsealed.id, message: `Row ${unsealed.id} was never sealed. Does the worker run?` });
  }
  const broken = findings.some(({ code }) => code !== "not-sealed");
  return {
    state: broken ? "broken" : findings.length > 0 ? "unproven" : "intact",
    rows: count,
    sealedThrough: sealed?.id ?? null,
    sealedAt: sealed?.at.toISOString() ?? null,
    heads: heads?.length ?? 0,
    findings,
  };
}

let running: Promise<AuditVerdict> | null = null;

/** Reads the whole trail, once for all who ask meanwhile. */
export async function verifyAudit(actor: Principal): Promise<AuditVerdict> {
  requirePermission(actor, "audit:read");
  running ??= verify().finally(() => {
    running = null;
  });
  return running;
}
