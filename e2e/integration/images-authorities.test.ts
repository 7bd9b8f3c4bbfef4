// Behind a proxy that opens TLS the build stages trust the host's own authorities. No image may: each is searched whole.
import { spawn } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { docker, project } from "../stack.ts";

const folder = "/usr/local/share/ca-certificates";
const publicBundle = "/etc/ssl/certs/ca-certificates.crt";
const certificates = (files: string[]) =>
  files
    .flatMap((file) => readFileSync(file, "utf8").match(/-----BEGIN CERTIFICATE-----[^-]+-----END[^\n]+/g) ?? [])
    .map((pem) => new X509Certificate(pem));

const own = certificates(globSync(`${folder}/**/*.crt`));
const ownNames = new Set(own.map(({ fingerprint256 }) => fingerprint256));
const known = certificates([publicBundle]).find(({ fingerprint256 }) => !ownNames.has(fingerprint256));

/** As text (a line of its base64 from the middle, where every PEM breaks alike) and as Java keeps it. */
const traces = ({ raw }: X509Certificate) => [Buffer.from(raw.toString("base64").slice(128, 192)), raw];

/** Which of the needles the file system of the image holds. */
async function found(image: string, needles: Buffer[]): Promise<Set<Buffer>> {
  const id = (await docker("create", image, "none")).trim();
  const longest = Math.max(...needles.map(({ length }) => length));
  const hits = new Set<Buffer>();
  try {
    const exporting = spawn("docker", ["export", id], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(exporting, "close");
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of exporting.stdout as AsyncIterable<Buffer>) {
      const part = Buffer.concat([rest, chunk]);
      for (const needle of needles) if (part.includes(needle)) hits.add(needle);
      rest = part.subarray(-longest);
    }
    expect([image, (await ended)[0]]).toEqual([image, 0]);
  } finally {
    await docker("rm", id);
  }
  return hits;
}

it.skipIf(own.length === 0)("holds no authority of this host, in no image of the stack", async () => {
  const ids = (await docker("ps", "-q", "--filter", `label=com.docker.compose.project=${project}`)).trim().split("\n");
  const images = new Set((await docker("inspect", "-f", "{{.Config.Image}}", ...ids)).trim().split("\n"));
  expect(images.size).toBeGreaterThan(10);
  // Everybody's authority must turn up, or the search finds nothing at all.
  const usual = known ? traces(known) : [];
  let usualHits = 0;
  for (const image of images) {
    const hits = await found(image, [...own.flatMap(traces), ...usual]);
    const ofHost = own.filter((one) => traces(one).some((trace) => [...hits].some((hit) => hit.equals(trace))));
    expect([image, ofHost.map(({ subject }) => subject)]).toEqual([image, []]);
    if (usual.some((trace) => hits.has(trace))) usualHits += 1;
  }
  expect(usualHits).toBeGreaterThan(5);
});
