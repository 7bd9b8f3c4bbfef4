// The object store, over plain S3. The SDK is loaded at first use: most processes never need its 30 MB.
import { env, secret } from "./env.ts";

export type Bucket = { name: string; objectLock: boolean };

/** Whoever asks for a client destroys it. */
export async function s3Client() {
  const { S3Client } = await import("@aws-sdk/client-s3");
  return new S3Client({
    endpoint: env().s3Url,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: secret("s3_access_key"), secretAccessKey: secret("s3_secret_key") },
    maxAttempts: 2,
  });
}

/** Creates what is missing; answers the names it created. @throws Error when a bucket exists without its object lock. */
export async function ensureBuckets(buckets: readonly Bucket[]): Promise<string[]> {
  const { CreateBucketCommand, GetObjectLockConfigurationCommand, ListBucketsCommand } = await import(
    "@aws-sdk/client-s3"
  );
  const s3 = await s3Client();
  try {
    const existing = new Set((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name));
    const created: string[] = [];
    for (const { name, objectLock } of buckets) {
      if (!existing.has(name)) {
        await s3.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: objectLock }));
        created.push(name);
      }
      if (!objectLock) continue;
      const lock = await s3.send(new GetObjectLockConfigurationCommand({ Bucket: name }));
      if (lock.ObjectLockConfiguration?.ObjectLockEnabled !== "Enabled") {
        throw new Error(`the bucket ${name} exists without object lock, which cannot be added later`);
      }
    }
    return created;
  } finally {
    s3.destroy();
  }
}
