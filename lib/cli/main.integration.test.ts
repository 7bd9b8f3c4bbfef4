// The command as `./taylordash audit verify` runs it: a process of its own, its words and its exit code.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { recordEvent, sealHead } from "../audit/index.ts";
import { ensureBuckets } from "../platform/s3.ts";
import { type Daemon, eventually } from "../platform/test-daemons.ts";
import { startTestDatabase, type TestDatabase } from "../platform/test-database.ts";
import { objectStoreSecrets, startObjectStore } from "../platform/test-object-store.ts";

let database: TestDatabase;
let store: Daemon;
beforeAll(async () => {
  database = await startTestDatabase(objectStoreSecrets);
  store = startObjectStore(database.folder);
  process.env.TAYLORDASH_S3_URL = `http://localhost:${store.port(8333)}`;
  process.env.TAYLORDASH_LOG_LEVEL = "silent";
  await eventually(() => ensureBuckets([{ name: "audit", objectLock: true }]), 60_000);
});
afterAll(async () => {
  store?.stop();
  await database?.stop();
});

type Run = { code: number; out: string; err: string };
const run = (...args: string[]): Promise<Run> =>
  new Promise((resolve) => {
    const trust = { NODE_EXTRA_CA_CERTS: join(database.folder, "ca.crt") };
    const options = { env: { ...process.env, ...trust } };
    execFile(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], options, (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });

it.each([
  [[], "The commands are user and audit."],
  [["users"], "The commands are user and audit."],
  [["audit"], "The one verb of audit is verify."],
  [["audit", "erase"], "The one verb of audit is verify."],
  [["user"], "The verb is missing."],
  [["user", "add"], "The name is missing: user add NAME."],
  [["user", "adds", "ann"], "There is no verb adds."],
  [["user", "add", "ann"], "Give --role ROLE, or --no-role."],
  [["user", "add", "ann", "--rol", "admin"], "Unknown option '--rol'."],
  [["user", "role", "ann"], "Which role shall ann have?"],
  [["user", "remove", "ann", "bob", "--yes"], '"bob" is one word too many.'],
])("%j is not understood, and changes nothing", async (args, err) => {
  expect(await run(...args)).toEqual({ code: 2, out: "", err: `${err}\n` });
});

it("says that the trail is intact, in words and for machines", async () => {
  for (let count = 0; count < 3; count += 1) await recordEvent({ kind: "host", name: "host" }, "test", String(count));
  await sealHead(null);
  const words = await run("audit", "verify");
  expect(words).toMatchObject({ code: 0, out: expect.stringMatching(/intact: 3 rows, sealed up to row 3/) });
  const { code, out } = await run("audit", "verify", "--json");
  expect([code, JSON.parse(out).state]).toEqual([0, "intact"]);
});

it("fails, and says where, when a row was changed behind the portal's back", async () => {
  await database.asOwner("alter table audit disable trigger user");
  await database.asOwner("update audit set target = 'innocent' where id = 2");
  const { code, out } = await run("audit", "verify");
  expect(code).toBe(1);
  expect(out).toMatch(/NOT as it was written[\s\S]*Row 2 is not as it was written/);
});
