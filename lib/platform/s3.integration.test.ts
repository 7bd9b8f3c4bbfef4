// Buckets on a real SeaweedFS.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBuckets, s3Client } from "./s3.ts";
import { listVersions, putLocked, removeVersion, type Stored } from "./s3-locked.ts";
import { type Daemon, eventually, testFolder } from "./test-daemons.ts";
import { objectStoreSecrets, startObjectStore } from "./test-object-store.ts";

const { folder, remove } = testFolder(objectStoreSecrets);
const buckets = [
  { name: "backups", objectLock: true },
  { name: "artefacts", objectLock: false },
];
let daemon: Daemon;

beforeAll(async () => {
  daemon = startObjectStore(folder);
  Object.assign(process.env, {
    TAYLORDASH_ROLE: "worker",
    TAYLORDASH_PROJECT: "test",
    TAYLORDASH_ORIGIN: "https://localhost",
    TAYLORDASH_S3_URL: `http://localhost:${daemon.port(8333)}`,
    TAYLORDASH_SECRETS: folder,
    TAYLORDASH_TLS: folder,
  });
});

afterAll(() => {
  daemon?.stop();
  remove();
});

describe("buckets", () => {
  it("are made once, with object lock where asked for", async () => {
    const created = await eventually(() => ensureBuckets(buckets), 60_000);
    expect(created).toContain("artefacts");
    expect(await ensureBuckets(buckets)).toEqual([]);
  });
  it("that exist without the lock they need are refused", async () => {
    await expect(ensureBuckets([{ name: "artefacts", objectLock: true }])).rejects.toThrow();
  });
});

describe("a locked object", () => {
  const versions = async () => {
    const found: Stored[] = [];
    for await (const version of listVersions("backups", "locked/")) found.push(version);
    return found;
  };
  it("stays, whatever its writer tries", async () => {
    await putLocked("backups", "locked/one", "the text", new Date(Date.now() + 60_000));
    const [locked] = await versions();
    if (!locked) throw new Error("nothing was written");
    await expect(removeVersion("backups", locked)).rejects.toThrow(/AccessDenied|Access Denied|lock|retention/i);
    // A new version and a delete marker hide it from readers, never from this list.
    await putLocked("backups", "locked/one", "other", new Date(Date.now() + 60_000));
    const { DeleteObjectCommand, GetObjectCommand, PutObjectRetentionCommand } = await import("@aws-sdk/client-s3");
    const s3 = await s3Client();
    await s3.send(new DeleteObjectCommand({ Bucket: "backups", Key: "locked/one" })).catch(() => undefined);
    const retention = { Mode: "COMPLIANCE" as const, RetainUntilDate: new Date(Date.now() + 1_000) };
    const one = { Bucket: "backups", Key: "locked/one", VersionId: locked.versionId };
    await expect(s3.send(new PutObjectRetentionCommand({ ...one, Retention: retention }))).rejects.toThrow();
    expect((await versions()).map(({ versionId }) => versionId)).toContain(locked.versionId);
    const kept = await s3.send(new GetObjectCommand(one));
    expect(await kept.Body?.transformToString()).toBe("the text");
    s3.destroy();
  });
  it("can go when its day has come", async () => {
    await putLocked("backups", "locked/brief", "x", new Date(Date.now() + 1_500));
    const brief = (await versions()).find(({ key }) => key === "locked/brief");
    if (!brief) throw new Error("nothing was written");
    await eventually(() => removeVersion("backups", brief), 15_000);
    expect((await versions()).map(({ key }) => key)).not.toContain("locked/brief");
  });
  it("needs a bucket with object lock", async () => {
    await expect(putLocked("artefacts", "x", "x", new Date(Date.now() + 60_000))).rejects.toThrow();
  });
});
