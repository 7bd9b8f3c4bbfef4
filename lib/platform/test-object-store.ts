// A real SeaweedFS for integration tests. The folder is one of `testFolder` with the two secrets below.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Daemon, startDaemon } from "./test-daemons.ts";

export const objectStoreSecrets = { s3_access_key: "the-access-key", s3_secret_key: "the-secret-key" };

/** Point TAYLORDASH_S3_URL at `http://localhost:PORT`; it answers a few seconds later. */
export function startObjectStore(folder: string): Daemon {
  const credentials = [{ accessKey: objectStoreSecrets.s3_access_key, secretKey: objectStoreSecrets.s3_secret_key }];
  const identities = [{ name: "portal", credentials, actions: ["Admin", "Read", "Write", "List", "Tagging"] }];
  writeFileSync(join(folder, "s3.json"), JSON.stringify({ identities }));
  return startDaemon("chrislusf/seaweedfs:4.48", {
    ports: [8333],
    args: ["-v", `${folder}:/run/tls:ro`, "--tmpfs", "/data:mode=1777", "--entrypoint", "/usr/bin/weed"],
    command: [
      ...["server", "-dir=/data", "-ip.bind=0.0.0.0", "-s3", "-s3.port=8333", "-s3.config=/run/tls/s3.json"],
      ...["-volume.max=20", "-master.volumeSizeLimitMB=64"],
    ],
  });
}
