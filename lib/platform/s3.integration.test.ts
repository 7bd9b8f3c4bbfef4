// Buckets on a real SeaweedFS.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBuckets } from "./s3.ts";
import { type Daemon, eventually, startDaemon, testFolder } from "./test-daemons.ts";

const { folder, remove } = testFolder({ s3_access_key: "the-access-key", s3_secret_key: "the-secret-key" });
const buckets = [
  { name: "backups", objectLock: true },
  { name: "artefacts", objectLock: false },
];
let daemon: Daemon;

beforeAll(async () => {
  const credentials = [{ accessKey: "the-access-key", secretKey: "the-secret-key" }];
  writeFileSync(
    join(folder, "s3.json"),
    JSON.stringify({ identities: [{ name: "portal", credentials, actions: ["Admin"] }] }),
  );
  daemon = startDaemon("chrislusf/seaweedfs:4.48", {
    ports: [8333],
    args: ["-v", `${folder}:/run/tls:ro`, "--tmpfs", "/data:mode=1777", "--entrypoint", "/usr/bin/weed"],
    command: [
      ...["server", "-dir=/data", "-ip.bind=0.0.0.0", "-s3", "-s3.port=8333", "-s3.config=/run/tls/s3.json"],
      ...["-volume.max=20", "-master.volumeSizeLimitMB=64"],
    ],
  });
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
