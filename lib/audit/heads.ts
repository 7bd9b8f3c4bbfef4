// Heads of the chain, kept where nobody can change or remove them for 90 days: who recomputes the table cannot make
// the heads agree. Number, hash and signature stand in the object's key, so that a list alone tells them.
import { createHmac, timingSafeEqual } from "node:crypto";
import { derivedKey } from "../platform/crypto.ts";
import { rows } from "../platform/postgres.ts";
import { listVersions, putLocked, removeVersion, type Stored } from "../platform/s3-locked.ts";

const bucket = "audit";
const prefix = "heads/";
const lockDays = 90;
const dayMs = 86_400_000;

export type Head = { id: string; hash: string; at: Date; signed: boolean };

const signature = (id: string, hash: string) =>
  createHmac("sha256", derivedKey("audit head")).update(`${id}:${hash}`).digest("hex");

function parse({ key, at }: Stored): Head {
  const parts = /^heads\/0*([1-9][0-9]*)-([0-9a-f]{64})-([0-9a-f]{64})$/.exec(key);
  if (!parts) return { id: "0", hash: "", at, signed: false };
  const [, id = "0", hash = "", given = ""] = parts;
  return { id, hash, at, signed: timingSafeEqual(Buffer.from(signature(id, hash)), Buffer.from(given)) };
}

/** Oldest first, each once however often it was sealed. @throws when the store cannot be read. */
export async function listHeads(): Promise<Head[]> {
  const heads = new Map<string, Head>();
  for await (const stored of listVersions(bucket, prefix)) heads.set(stored.key, parse(stored));
  return [...heads.values()].sort((one, other) => Number(BigInt(one.id) - BigInt(other.id)));
}

export async function currentHead(): Promise<{ id: string; hash: string }> {
  const [head] = await rows<{ id: string; hash: string }>(
    "select id::text, encode(hash, 'hex') as hash from audit_head",
  );
  if (!head) throw new Error("the chain has lost its head");
  return head;
}

export type Sealed = { id: string; hash: string };

/** Seals the newest row unless it is `sealed` already; answers the newest sealed row. */
export async function sealHead(sealed: Sealed | null): Promise<Sealed | null> {
  const { id, hash } = await currentHead();
  if (id === "0" || id === sealed?.id) return sealed;
  const key = `${prefix}${id.padStart(15, "0")}-${hash}-${signature(id, hash)}`;
  await putLocked(bucket, key, `row ${id}, SHA-256 ${hash}\n`, new Date(Date.now() + lockDays * dayMs));
  return { id, hash };
}

/** Whether the row that was sealed last is still the same: the cheapest sign of a trail cut short or begun anew. */
export async function stands({ id, hash }: Sealed): Promise<boolean> {
  const [row] = await rows<{ same: boolean }>("select encode(hash, 'hex') = $2 as same from audit where id = $1", [
    id,
    hash,
  ]);
  return row?.same === true;
}

/** Removes heads whose lock has run out, except the newest hundred. Answers how many went. */
export async function tidyHeads(): Promise<number> {
  const all: Stored[] = [];
  for await (const stored of listVersions(bucket, prefix)) all.push(stored);
  const newestFirst = all.sort((one, other) => other.at.getTime() - one.at.getTime());
  const old = newestFirst.slice(100).filter(({ at }) => Date.now() - at.getTime() > (lockDays + 1) * dayMs);
  for (const stored of old) await removeVersion(bucket, stored);
  return old.length;
}
