// Helper containers and commands of docker-guard on the real engine: what they see, what they may, and what stays of them.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { docker } from "../stack.ts";
import { engineState, exchange, type Lab, marker, nodeImage, openLab } from "./guard-lab.ts";

let lab: Lab;
let stateBefore: string[];
const volume = `${marker}-data`;
beforeAll(async () => {
  lab = await openLab();
  // Three MB that nobody but its owner may read, and a second name for them.
  const script =
    "mkdir -m 700 /v/x && head -c 3000000 /dev/urandom >/v/x/a && chmod 0 /v/x/a && ln /v/x/a /v/x/b && chown -R 70 /v/x";
  await docker(
    "run",
    "--rm",
    "--network",
    "none",
    "-v",
    `${volume}:/v`,
    "--entrypoint",
    "sh",
    await nodeImage(),
    "-c",
    script,
  );
  stateBefore = await engineState();
});
afterAll(() => lab.close());

const post = (path: string) => `POST ${path} HTTP/1.1\r\nhost: d\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`;
const asked = async (path: string) => {
  const { statuses, text } = await exchange(lab, post(path), "worker", 60_000);
  return { status: statuses[0], ...JSON.parse(text.slice(text.indexOf("\r\n\r\n") + 4)) };
};
const measure = (name = volume) => asked(`/taylordash/helpers/volume-usage?volume=${name}`);
const probe = (id = lab.names.mine) => asked(`/taylordash/containers/${id}/probe`);
const helperLabels = ["taylordash.helper", `com.docker.compose.project=${marker}`, "com.docker.compose.oneoff=True"];
const helperIds = async () => {
  const filters = helperLabels.flatMap((label) => ["--filter", `label=${label}`]);
  return (await docker("ps", "-aq", ...filters)).split("\n").filter(Boolean);
};
const nothingLeft = async () => {
  await expect.poll(helperIds, { timeout: 20_000 }).toEqual([]);
  expect(await engineState()).toEqual(stateBefore);
};

describe("a helper container", () => {
  it("measures what it may read though it is nobody's else, and is gone", async () => {
    const { status, exitCode, output, truncated, tookMs } = await measure();
    expect({ status, exitCode, truncated }).toEqual({ status: 200, exitCode: 0, truncated: false });
    const [bytes] = /^\d+/.exec(output) ?? [];
    expect(Number(bytes)).toBeGreaterThanOrEqual(3_000_000);
    expect(Number(bytes)).toBeLessThan(3_100_000);
    expect(tookMs).toBeGreaterThan(0);
    await nothingLeft();
  });

  it("is what its template says, as the engine made it", async () => {
    const { reached, release } = lab.hold(/^POST \/containers\/[a-f0-9]{64}\/start/);
    const answer = measure();
    await reached;
    const [id = ""] = await helperIds();
    const [{ Config, HostConfig, Mounts, NetworkSettings, Image }] = JSON.parse(await docker("inspect", id));
    expect(Image).toBe((await docker("inspect", "-f", "{{.Image}}", lab.names.guard ?? "")).trim());
    // The image's own environment stays: the engine merges it in, and this stack's images hold no secret.
    expect(JSON.stringify(Config.Env)).not.toContain("hunter2");
    expect([Config.User, Config.Entrypoint, Config.OpenStdin]).toEqual(["0:0", ["timeout"], false]);
    expect(HostConfig).toMatchObject({
      ...{
        NetworkMode: "none",
        ReadonlyRootfs: true,
        Privileged: false,
        CapDrop: ["ALL"],
        CapAdd: ["DAC_READ_SEARCH"],
      },
      ...{ Binds: null, VolumesFrom: null, PidMode: "", Devices: null, SecurityOpt: ["no-new-privileges:true"] },
      ...{ Memory: 67_108_864, PidsLimit: 8, NanoCpus: 500_000_000 },
    });
    expect(Mounts).toEqual([expect.objectContaining({ Name: volume, Destination: "/volume", RW: false })]);
    expect(Object.keys(NetworkSettings.Networks)).toEqual([]);
    // Nobody but the guard has to do with it.
    for (const line of [
      `GET /containers/${id}/json`,
      `GET /containers/${id}/logs?stdout=1`,
      `POST /containers/${id}/stop`,
    ]) {
      const { statuses } = await exchange(lab, `${line} HTTP/1.1\r\nhost: d\r\nconnection: close\r\n\r\n`);
      expect([line, statuses]).toEqual([line, [404]]);
    }
    release();
    expect((await answer).status).toBe(200);
    await nothingLeft();
  });

  it("is in no list and no stream of anybody", async () => {
    const socket = lab.connect("worker");
    let seen = "";
    socket.on("data", (chunk) => {
      seen += chunk;
    });
    socket.write("GET /events HTTP/1.1\r\nhost: d\r\n\r\n");
    await expect.poll(() => seen, { timeout: 20_000 }).toContain("200 OK");
    const { reached, release } = lab.hold(/^POST \/containers\/[a-f0-9]{64}\/wait/);
    const answer = measure();
    await reached;
    const [id = ""] = await helperIds();
    const list = await exchange(lab, "GET /containers/json?all=1 HTTP/1.1\r\nhost: d\r\nconnection: close\r\n\r\n");
    expect([list.statuses, list.text.includes(id)]).toEqual([[200], false]);
    release();
    await answer;
    // What comes after a helper's end is told of: the stream stands, and nothing of the helper was in it.
    await docker("restart", "-t", "0", lab.names.labelled ?? "");
    await expect.poll(() => seen, { timeout: 20_000 }).toContain(lab.names.labelled ?? "");
    socket.destroy();
    expect(seen).not.toContain(id);
    await nothingLeft();
  });

  it("is one a volume and two in all", async () => {
    await docker("volume", "create", "--label", `com.docker.compose.project=${marker}`, `${volume}2`);
    await docker("volume", "create", "--label", `com.docker.compose.project=${marker}`, `${volume}3`);
    const starting = /^POST \/containers\/[a-f0-9]{64}\/start/;
    const holds = [lab.hold(starting), lab.hold(starting)];
    const answers = [measure(), measure(`${volume}2`)];
    await Promise.all(holds.map(({ reached }) => reached));
    expect(await measure()).toMatchObject({ status: 503, message: expect.stringContaining("another helper") });
    expect(await measure(`${volume}3`)).toMatchObject({ status: 503, message: expect.stringContaining("try again") });
    for (const { release } of holds) release();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await measure(`${volume}3`)).toMatchObject({ status: 200, exitCode: 0 });
    await docker("volume", "rm", `${volume}2`, `${volume}3`);
    await nothingLeft();
  });

  it("makes no volume anew that was removed meanwhile", async () => {
    await docker("volume", "create", "--label", `com.docker.compose.project=${marker}`, `${volume}4`);
    const { reached, release } = lab.hold(/^POST \/containers\/create/);
    const answer = measure(`${volume}4`);
    await reached;
    await docker("volume", "rm", `${volume}4`);
    release();
    expect(await answer).toMatchObject({ status: 404 });
    await nothingLeft();
  });

  it("whose volume was made anew by a guard that was ended then is removed with that volume", async () => {
    const label = `taylordash.helper=${marker}-volume-usage-0`;
    await docker("volume", "create", "--label", label, `${volume}5`);
    await docker("volume", "create", "--label", "taylordash.helper=another-volume-usage-0", `${volume}6`);
    expect(await measure()).toMatchObject({ status: 200 });
    expect((await docker("volume", "ls", "-q", "--filter", `name=${volume}[56]`)).trim()).toBe(`${volume}6`);
    await docker("volume", "rm", `${volume}6`);
    await nothingLeft();
  });

  it("that the engine will not make is told of in the engine's words", async () => {
    const { reached, release } = lab.hold(/^POST \/containers\/[a-f0-9]{64}\/start/);
    const answer = measure();
    await reached;
    const [id = ""] = await helperIds();
    await docker("rm", "-f", id);
    release();
    expect(await answer).toMatchObject({
      status: 409,
      message: expect.stringMatching(/the engine says: .*[Nn]o such container/),
    });
    await nothingLeft();
  });

  it("ends when nobody waits for it any more", async () => {
    const { reached, release } = lab.hold(/^POST \/containers\/[a-f0-9]{64}\/wait/);
    const socket = lab.connect("worker");
    socket.write(post(`/taylordash/helpers/volume-usage?volume=${volume}`));
    await reached;
    expect(await helperIds()).toHaveLength(1);
    socket.destroy();
    await nothingLeft();
    release();
    expect(await measure()).toMatchObject({ status: 200, exitCode: 0 });
  });

  it("that an ended guard left is removed before the next one begins, and nothing that is only labelled like one", async () => {
    const project = `com.docker.compose.project=${marker}`;
    const [helper, oneOff] = ["taylordash.helper=volume-usage", "com.docker.compose.oneoff="] as const;
    const image = await nodeImage();
    const run = async (...labels: string[]) => {
      const flags = [...labels.flatMap((label) => ["--label", label]), "--network", "none", "--entrypoint", "sleep"];
      return (await docker("run", "-d", ...flags, image, "60")).trim();
    };
    const left = await run(project, helper, `${oneOff}True`);
    const others = [await run(project, helper, `${oneOff}False`), await run(helper, `${oneOff}True`)];
    expect(await helperIds()).toEqual([left.slice(0, 12)]);
    expect(await measure()).toMatchObject({ status: 200 });
    await expect.poll(helperIds, { timeout: 20_000 }).toEqual([]);
    expect(await docker("inspect", "-f", "{{.State.Status}}", ...others)).toBe("running\nrunning\n");
    await docker("rm", "-f", ...others);
    await nothingLeft();
  });
});

describe("a command", () => {
  const runLike = async (service: string, health: string[]) => {
    const labels = [`com.docker.compose.project=${marker}`, `com.docker.compose.service=${service}`].flatMap(
      (label) => ["--label", label],
    );
    const flags = [
      "--network",
      "none",
      "--stop-signal",
      "SIGKILL",
      "--health-interval",
      "1h",
      ...health,
      "--entrypoint",
      "sleep",
    ];
    return (await docker("run", "-d", ...labels, ...flags, await nodeImage(), "infinity")).trim();
  };

  it("runs the container's own healthcheck as the engine does, and tells what it wrote without its secrets", async () => {
    const { status, exitCode, output } = await probe();
    expect({ status, exitCode }).toEqual({ status: 200, exitCode: 3 });
    expect(output).toMatch(/^well, password=/);
    expect(output).not.toContain("hunter2");
    expect((await probe(lab.names.short)).exitCode).toBe(3);
  });

  it("changes nothing of what the engine says of the container's health", async () => {
    const health = async () => (await docker("inspect", "-f", "{{json .State.Health}}", lab.names.mine ?? "")).trim();
    const before = await health();
    await probe();
    expect(await health()).toBe(before);
  });

  it("does not begin in a container that is down or has no healthcheck", async () => {
    await docker("stop", "-t", "0", lab.names.mine ?? "");
    expect(await probe()).toMatchObject({ status: 409, message: expect.stringContaining("does not run") });
    await docker("start", lab.names.mine ?? "");
    expect(await probe(lab.names.guarded)).toMatchObject({
      status: 409,
      message: expect.stringContaining("no healthcheck"),
    });
  });

  it("that takes longer than it may is given up, and no second one begins beside it", async () => {
    const script = "test -e /tmp/fast || sleep 2; echo done";
    // Not a whole number of milliseconds.
    const id = await runLike("slow", ["--health-timeout", "1000.0001ms", "--health-cmd", script]);
    expect(await probe(id)).toMatchObject({
      status: 504,
      message: expect.stringContaining("takes longer than it may"),
    });
    expect(await probe(id)).toMatchObject({ status: 409, message: expect.stringContaining("has not ended") });
    await docker("exec", id, "touch", "/tmp/fast");
    await expect
      .poll(() => probe(id), { timeout: 20_000, interval: 500 })
      .toMatchObject({ status: 200, exitCode: 0, output: "done\n" });
    await docker("rm", "-f", id);
  });
});

it("a guard that is told to end removes its helper first", async () => {
  const { reached, release } = lab.hold(/^POST \/containers\/[a-f0-9]{64}\/wait/);
  const answer = exchange(lab, post(`/taylordash/helpers/volume-usage?volume=${volume}`), "worker");
  await reached;
  expect(await helperIds()).toHaveLength(1);
  await lab.stop();
  expect(await helperIds()).toEqual([]);
  release();
  expect((await answer).statuses).toEqual([]);
});
