// Objects that nobody can change or remove before a day, not even the account that wrote them.
import type { ListObjectVersionsCommandOutput } from "@aws-sdk/client-s3";
import { s3Client } from "./s3.ts";

export type Stored = { key: string; versionId: string; at: Date };

/** Writes an object under a compliance lock. @throws Error when the bucket has no object lock. */
export async function putLocked(bucket: string, key: string, body: string, until: Date): Promise<void> {
  const { PutObjectCommand } = await import("@aws-sdk/client-s3");
  const s3 = await s3Client();
  try {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: body,
        ContentType: "text/plain; charset=utf-8",
        ChecksumAlgorithm: "SHA256",
        ObjectLockMode: "COMPLIANCE",
        ObjectLockRetainUntilDate: until,
      }),
    );
  } finally {
    s3.destroy();
  }
}

/** Every version of every object with the prefix, hidden ones too: a delete marker takes nothing out of this list. */
export async function* listVersions(bucket: string, prefix: string): AsyncGenerator<Stored> {
  const { ListObjectVersionsCommand } = await import("@aws-sdk/client-s3");
  const s3 = await s3Client();
  try {
    let marker: { KeyMarker?: string; VersionIdMarker?: string } | null = {};
    while (marker) {
      const page: ListObjectVersionsCommandOutput = await s3.send(
        new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...marker }),
      );
      for (const { Key, VersionId, LastModified } of page.Versions ?? []) {
        if (Key && VersionId && LastModified) yield { key: Key, versionId: VersionId, at: LastModified };
      }
      const more: boolean = page.IsTruncated === true && page.NextKeyMarker !== undefined;
      marker = more ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : null;
    }
  } finally {
    s3.destroy();
  }
}

/** Removes one version for good. @throws Error while its lock holds. */
export async function removeVersion(bucket: string, { key, versionId }: Stored): Promise<void> {
  const { DeleteObjectCommand } = await import("@aws-sdk/client-s3");
  const s3 = await s3Client();
  try {
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }));
  } finally {
    s3.destroy();
  }
}
