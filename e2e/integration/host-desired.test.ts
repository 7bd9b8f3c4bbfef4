// What was chosen in the portal outlives it: `up` afterwards keeps the replicas and the images, and recreates nothing.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../lib/platform/test-daemons.ts";
import { type Browser, httpSignIn } from "../http-sign-in.ts";
import { makePerson } from "../people.ts";
import { docker, origin, project, stateDir, taylordash } from "../stack.ts";

let admin: Browser;

const post = (path: string, body: object) =>
  admin.ask(`/api/v1/services/${path}`, {
    ...{ method: "POST", body: JSON.stringify(body), timeoutMs: 120_000 },
    headers: { origin, "content-type": "application/json" },
  });
const chosen = () => readFileSync(join(stateDir, "desired/desired.env"), "utf8");
/** "portal running 3f…" of every container of the project. */
const all = async () => {
  const format = '{{.Label "com.docker.compose.service"}} {{.State}} {{.ID}}';
  const out = await docker(
    "ps",
    "-a",
    "--no-trunc",
    "--filter",
    `label=com.docker.compose.project=${project}`,
    "--format",
    format,
  );
  return out.trim().split("\n").sort();
};
const of = async (service: string) => (await all()).filter((line) => line.startsWith(`${service} `));

beforeAll(async () => {
  admin = await httpSignIn(await makePerson("desired-admin", "admin"));
});
afterAll(async () => {
  await taylordash("user", "remove", "desired-admin", "--yes");
});

describe("up after a choice in the portal", () => {
  it("leaves alone what was recreated", async () => {
    const before = await of("node-exporter");
    expect((await post("node-exporter/recreate", {})).body).toContain('"result":"done"');
    expect(await of("node-exporter")).not.toEqual(before);
    expect(chosen()).toMatch(/^node-exporter\.image=sha256:[a-f0-9]{64}$/m);
    const recreated = await all();
    await taylordash("up", "--yes");
    expect(await all()).toEqual(recreated);
  });

  it("keeps a second portal, which serves, and takes it away when one is chosen again", async () => {
    const one = await of("portal");
    expect((await post("portal/scale", { replicas: 2 })).body).toContain('"result":"done"');
    const two = await all();
    expect(await of("portal")).toHaveLength(2);
    await taylordash("up", "--yes");
    expect(await all()).toEqual(two);
    expect(chosen()).toContain("portal.replicas=2\n");
    for (let ask = 0; ask < 4; ask++) expect((await admin.ask("/api/v1/services")).status).toBe(200);
    // Either portal may be asked, and the one that goes cannot tell the end.
    await post("portal/scale", { replicas: 1 });
    await eventually(async () => expect(await of("portal")).toEqual(one), 60_000);
    expect(chosen()).toContain("portal.replicas=1\n");
  });
});
