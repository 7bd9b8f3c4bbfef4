// Recreate and scale on a real compose project: what the guard makes is what compose would have made, a failure goes
// back to what was, and a `docker compose up` afterwards changes nothing.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { docker } from "../stack.ts";
import {
  ask,
  closeGuards,
  compose,
  directory,
  type Inspected,
  inspectService,
  lines,
  openGuard,
  openProject,
  type Project,
  project,
  tag,
} from "./guard-compose.ts";

let own: Project;
beforeAll(async () => {
  own = await openProject();
  await openGuard();
});
afterAll(async () => {
  await closeGuards();
  await own.close();
});

const point = (image: string) => docker("tag", image, tag);
const order = async (service: string, what: string) => {
  const answer = await ask("POST", `/taylordash/services/${service}/${what}`);
  return { ...answer, last: lines(answer).at(-1) };
};
const recreate = (service: string, image: string) => order(service, `recreate?image=${image}`);
const only = async (service: string): Promise<Inspected> => {
  const found = await inspectService(service);
  expect(found.map(({ Name }) => Name)).toEqual([`/${project}-${service}-1`]);
  return found[0] as Inspected;
};
const healthy = (service: string) =>
  expect
    .poll(async () => (await inspectService(service)).map(({ State }) => State.Health?.Status), { timeout: 30_000 })
    .toEqual(["healthy"]);
const execute = (container: Inspected, ...args: string[]) => docker("exec", container.Id, ...args);
const desired = () => readFile(join(directory, "desired/desired.env"), "utf8");
const ids = async () => (await inspectService("web")).map(({ Id }) => Id).sort();
/** Nothing is recreated, started or removed by compose. */
async function upChangesNothing(...flags: string[]) {
  const before = await ids();
  await compose("up", "-d", "--pull", "never", ...flags, "web");
  expect(await ids()).toEqual(before);
}

/** What must be alike in two containers of a service; ids and times cannot be. */
function character({ Config, HostConfig, NetworkSettings, Mounts }: Inspected, id: string) {
  const { "taylordash.replaces": _, "com.docker.compose.replace": __, ...labels } = Config.Labels;
  const { Hostname: ___, ...config } = { ...Config, Labels: labels, Env: [...Config.Env].sort() };
  // Compose notes an anonymous volume here or there, and the others in any order.
  const anonymous = Mounts.find(({ Destination }) => Destination === "/scratch")?.Name;
  const binds = [...(HostConfig.Binds ?? [])].filter((bind) => !bind.startsWith(anonymous ?? "-"));
  const mounts = HostConfig.Mounts.filter(({ Target }) => Target !== "/scratch").sort((a, b) =>
    a.Target < b.Target ? -1 : 1,
  );
  const networks = Object.entries(NetworkSettings.Networks).map(([name, { Aliases }]) => [
    name,
    Aliases.filter((alias) => alias !== id.slice(0, 12)).sort(),
  ]);
  return { config, host: { ...HostConfig, Binds: binds, Mounts: mounts }, networks, anonymous };
}

describe("recreate", () => {
  it("with a newer image makes what compose would make, keeps what is in volumes, and leaves compose nothing to do", async () => {
    const [, second] = own.images;
    await healthy("web");
    const before = await only("web");
    await execute(before, "sh", "-c", "echo kept > /data/word; echo kept > /scratch/word");
    await point(second);
    const answer = await recreate("web", second);
    expect([answer.status, answer.last], answer.body).toEqual([200, expect.objectContaining({ result: "done" })]);
    const steps = lines(answer)
      .map(({ step }) => step)
      .filter((step) => step && step !== "probe");
    expect(steps).toEqual(["rename", "create", "stop", "start", "wait", "healthy", "choose", "remove"]);

    const after = await only("web");
    expect([after.Image, after.Config.Image, after.State.Health?.Status]).toEqual([second, tag, "healthy"]);
    expect(after.Config.Env).toEqual(expect.arrayContaining(["VERSION=2", "CHOSEN=by compose"]));
    expect(after.Config.Labels).toMatchObject({ version: "2", "com.docker.compose.image": second });
    expect(after.Config.Labels["taylordash.replaces"]).toBe(before.Id);
    expect(await execute(after, "cat", "/data/word", "/scratch/word")).toBe("kept\nkept\n");
    expect(await desired()).toContain(`\nweb.image=${second}\n`);
    await upChangesNothing();

    await compose("up", "-d", "--pull", "never", "--force-recreate", "web");
    const byCompose = await only("web");
    expect(byCompose.Id).not.toBe(after.Id);
    expect(character(after, after.Id)).toEqual(character(byCompose, byCompose.Id));
  });

  it("with the image it runs recreates too, and again, without growing", async () => {
    const [, second] = own.images;
    await healthy("web");
    const characters = [];
    for (let round = 0; round < 2; round++) {
      expect((await recreate("web", second)).last).toMatchObject({ result: "done" });
      const { Id } = await only("web");
      characters.push(character(await only("web"), Id));
    }
    expect(characters[1]).toEqual(characters[0]);
    await upChangesNothing();
  });

  it("goes back to the old container when the new one is unhealthy", async () => {
    const [first] = own.images;
    await healthy("web");
    const before = await only("web");
    const choices = await desired();
    await point(first);
    await execute(before, "touch", "/data/broken");
    const answer = await recreate("web", first);
    expect(answer.last).toMatchObject({ result: "rolled-back", message: expect.stringMatching(/unhealthy/) });
    expect((await only("web")).Id).toBe(before.Id);
    await execute(before, "rm", "/data/broken");
    await healthy("web");
    expect(await desired()).toBe(choices);
    const history = JSON.parse((await ask("GET", "/taylordash/operations")).body).operations;
    expect(history[0]).toMatchObject({ result: "rolled-back", order: { kind: "recreate", service: "web" } });
  });

  it("goes on when its caller leaves, and lets nobody else at the service meanwhile", async () => {
    const [first] = own.images;
    const before = await only("web");
    const answer = await ask("POST", `/taylordash/services/web/recreate?image=${first}`, "portal", (body, leave) => {
      // A new container has a second to go until its first probe.
      if (body.includes('"step":"create"')) leave();
    });
    expect(answer.cut).toBe(true);
    expect((await recreate("web", first)).status).toBe(409);
    expect((await order("web", "scale?replicas=2")).status).toBe(409);
    expect((await ask("POST", `/containers/${before.Id}/stop`)).status).toBe(409);
    const now = async () => (await inspectService("web")).map(({ Id, Name }) => (Id === before.Id ? "old" : Name));
    await expect.poll(now, { timeout: 30_000 }).toEqual([`/${project}-web-1`]);
    await healthy("web");
    const last = async () => JSON.parse((await ask("GET", "/taylordash/operations")).body).operations[0];
    const done = { result: "done", order: { kind: "recreate", service: "web" } };
    await expect.poll(last, { timeout: 20_000 }).toMatchObject(done);
  });

  it.each([
    ["an image that the tag does not point to", "web", () => own.images[1], 409],
    ["an image that is not here", "web", () => `sha256:${"0".repeat(64)}`, 409],
    ["a service that is not in the project", "nothing", () => own.images[0], 404],
    ["the guard itself", "docker-guard", () => own.images[0], 409],
    ["no image", "web", () => "", 403],
    ["an image by its tag", "web", () => tag, 403],
    ["CVE-2026-27130: a service with a command in its name", "$(id)", () => own.images[0], 403],
    ["a path in the service's name", "web/../single", () => own.images[0], 403],
  ])("is refused with %s, and nothing changes", async (_name, service, image, status) => {
    const before = await ids();
    expect((await recreate(service, image())).status).toBe(status);
    expect(await ids()).toEqual(before);
  });

  it("ends a crash loop, in whichever half of it the order comes", async () => {
    const [first] = own.images;
    const base = (await docker("create", "--network", "none", first)).trim();
    const falls = 'CMD ["sh", "-c", "sleep 0.5; exit 1"]';
    const falling = (await docker("commit", "--change", falls, base, `${tag}-falling`)).trim();
    await docker("rm", base);
    for (const state of ["restarting", "running"]) {
      await point(falling);
      await compose("up", "-d", "--pull", "never", "--force-recreate", "web");
      // From the fifth fall on the engine waits for seconds before the next: the order comes within them.
      const half = async () => {
        const { State, RestartCount } = await only("web");
        return RestartCount >= 5 ? State.Status : "";
      };
      await expect.poll(half, { timeout: 30_000, interval: 5 }).toBe(state);
      await point(first);
      expect((await recreate("web", first)).last).toMatchObject({ result: "done" });
      expect((await only("web")).Image).toBe(first);
    }
    await healthy("web");
    await upChangesNothing();
    await docker("rmi", falling);
  });

  it("is refused while the service is stopped", async () => {
    const { Id } = await only("single");
    await docker("stop", Id);
    expect((await recreate("single", own.images[0])).status).toBe(409);
    await docker("start", Id);
  });
});

describe("scale", () => {
  beforeAll(async () => {
    await point(own.images[0]);
    await compose("up", "-d", "--wait", "--pull", "never", "--force-recreate", "web");
  });
  afterEach(async () => {
    const names = (await inspectService("web")).map(({ Name }) => Name);
    expect(names.filter((name) => /\.(previous|starting|leaving)$/.test(name))).toEqual([]);
  });
  it("makes healthy replicas like the first, as compose would, and takes them away again", async () => {
    await healthy("web");
    const answer = await order("web", "scale?replicas=3");
    expect([answer.status, answer.last], answer.body).toEqual([200, expect.objectContaining({ result: "done" })]);
    const byNumber = (a: Inspected, b: Inspected) => (a.Name < b.Name ? -1 : 1);
    const three = (await inspectService("web")).sort(byNumber);
    expect(three.map(({ Name }) => Name)).toEqual([1, 2, 3].map((number) => `/${project}-web-${number}`));
    expect(three.map(({ State }) => State.Health?.Status)).toEqual(["healthy", "healthy", "healthy"]);
    expect(await desired()).toContain("\nweb.replicas=3\n");
    const scratch = three.map(({ Mounts }) => Mounts.find(({ Destination }) => Destination === "/scratch")?.Name);
    expect(new Set(scratch).size).toBe(3);
    await upChangesNothing("--scale", "web=3");

    const [, second] = three;
    await compose("up", "-d", "--pull", "never", "--force-recreate", "--scale", "web=3", "web");
    const byCompose = (await inspectService("web")).sort(byNumber)[1];
    if (!second || !byCompose) throw new Error("no second replica");
    const plain = (of: Inspected) => ({ ...character(of, of.Id), anonymous: null });
    expect(plain(second)).toEqual(plain(byCompose));

    expect((await order("web", "scale?replicas=1")).last).toMatchObject({ result: "done" });
    await only("web");
    expect(await desired()).toContain("\nweb.replicas=1\n");
    expect(JSON.parse((await ask("GET", "/taylordash/desired")).body).services.web).toMatchObject({ replicas: 1 });
    await upChangesNothing("--scale", "web=1");
  });

  it("goes back when a replica is unhealthy", async () => {
    await healthy("web");
    const before = await only("web");
    const choices = await desired();
    await execute(before, "touch", "/data/broken");
    expect((await order("web", "scale?replicas=2")).last).toMatchObject({ result: "rolled-back" });
    await execute(before, "rm", "/data/broken");
    expect((await only("web")).Id).toBe(before.Id);
    expect(await desired()).toBe(choices);
    await healthy("web");
  });

  it("recreates all replicas or none", async () => {
    const [first, second] = own.images;
    expect((await order("web", "scale?replicas=2")).last).toMatchObject({ result: "done" });
    await point(second);
    expect((await order("web", "scale?replicas=3")).status, "a replica of the newer image beside older ones").toBe(409);
    expect((await recreate("web", second)).last).toMatchObject({ result: "done" });
    const images = async () => (await inspectService("web")).map(({ Image }) => Image);
    expect(await images()).toEqual([second, second]);
    await point(first);
    const [one] = await inspectService("web");
    if (one) await execute(one, "touch", "/data/broken");
    expect((await recreate("web", first)).last).toMatchObject({ result: "rolled-back" });
    expect(await images()).toEqual([second, second]);
    if (one) await execute(one, "rm", "/data/broken");
    await point(second);
    expect((await order("web", "scale?replicas=1")).last).toMatchObject({ result: "done" });
  });

  it.each([
    ["a service without the label", "single", "scale?replicas=2", 409],
    ["a service with a published port", "fixed", "scale?replicas=2", 409],
    ["a protected one with state, whatever its label says", "postgres", "scale?replicas=2", 409],
    ["no replicas", "web", "scale?replicas=0", 403],
    ["eleven", "web", "scale?replicas=11", 403],
    ["a negative number", "web", "scale?replicas=-1", 403],
    ["no number", "web", "scale", 403],
    ["a second parameter", "web", "scale?replicas=2&image=x", 403],
    ["an unknown service", "nothing", "scale?replicas=2", 404],
  ])("is refused with %s, and nothing changes", async (_name, service, what, status) => {
    const before = (await inspectService(service)).map(({ Id }) => Id);
    expect((await order(service, what)).status).toBe(status);
    expect((await inspectService(service)).map(({ Id }) => Id)).toEqual(before);
  });
});
