// Images of another family under the same tags: every stateful service is made anew of them, what it kept is there, and the
// same on the way back. The official images cannot be had here; these are stand-ins, the package-built ones begun as root,
// as most official ones are. What runs is what compose says: the same user on the same volume.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpSignIn } from "../http-sign-in.ts";
import { makePerson } from "../people.ts";
import { container, containers, docker, mqttsPort, stateDir, taylordash } from "../stack.ts";
import { holdImages } from "../tools/images-lock.ts";
import { tryConnect } from "../tools/mqtt-client.ts";

const stateful = ["alertmanager", "mosquitto", "objectstore", "postgres", "prometheus"];
/** By service: the tag, the image it was, and the stand-in. */
const images = new Map<string, { tag: string; own: string; other: string }>();

/** Says which image the stand-in takes the place of: a run that is killed is cleared up after by the next one. */
const label = "org.taylordash.test.family";
const imageOf = async (service: string) =>
  (await docker("inspect", "-f", "{{.Image}}", await container(service))).trim();

async function standIn(service: string) {
  const tag = (await docker("inspect", "-f", "{{.Config.Image}}", await container(service))).trim();
  const own = await imageOf(service);
  const made = (await docker("create", own)).trim();
  const other = (await docker("commit", "--change", "USER 0:0", "--change", `LABEL ${label}=${own}`, made, tag)).trim();
  await docker("rm", made);
  images.set(service, { tag, own, other });
}

let release: () => void = () => undefined;
beforeAll(async () => {
  release = await holdImages();
  for (const service of stateful) await standIn(service);
});
afterAll(async () => {
  for (const { tag, own } of images.values()) await docker("tag", own, tag);
  for (const { other } of images.values()) await docker("rmi", "-f", other);
  release();
});

describe("accounts, audit, objects, metrics and the broker's clients are kept", () => {
  let admin: Awaited<ReturnType<typeof httpSignIn>>;
  const begun = Math.floor(Date.now() / 1000);
  const kept = async () => {
    expect((await admin.ask("/api/v1/session")).status).toBe(200);
    // The chain's head lies in the object store, behind a lock.
    const verified = JSON.parse((await admin.ask("/api/v1/audit/verify", { timeoutMs: 60_000 })).body);
    expect(verified).toMatchObject({ state: "intact" });
    const password = readFileSync(join(stateDir, "secrets/portal/mqtt_password"), "utf8").trim();
    const login = { username: "portal", password, clientId: "taylordash-portal" };
    expect(await tryConnect(`mqtts://localhost:${mqttsPort}`, login)).toBe("connected");
    const query = `http://localhost:9090/prometheus/api/v1/query?query=count(up)&time=${begun}`;
    const answer = await docker("exec", await container("prometheus"), "wget", "-qO-", query);
    expect(Number(JSON.parse(answer).data.result[0].value[1])).toBeGreaterThan(8);
  };
  beforeAll(async () => {
    admin = await httpSignIn(await makePerson("families", "admin"));
    await kept();
  });
  it.each([
    ["there", "other"],
    ["and back", "own"],
  ] as const)("%s", async (_way, family) => {
    const before = await containers();
    for (const { tag, ...image } of images.values()) await docker("tag", image[family], tag);
    await taylordash("up", "--yes");
    const after = await containers();
    const changed = [...after].filter(([service, id]) => before.get(service) !== id).map(([service]) => service);
    expect(changed.sort()).toEqual(stateful);
    for (const service of stateful) expect(await imageOf(service), service).toBe(images.get(service)?.[family]);
    await kept();
    // Somebody new, from Keycloak on: its own database is the same one.
    await httpSignIn(await makePerson(`families-${family}`, "viewer"));
  });
});
