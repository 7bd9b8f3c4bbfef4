// What docker-guard lets pass, and what of it a caller gets to see: never more than this project.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Exchange, engineState, exchange, type Lab, marker, openLab, until } from "./guard-lab.ts";

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nhost: d\r\n${more}\r\n`;
const closing = "connection: close\r\n";
const bodyOf = ({ text }: Exchange) => text.slice(text.indexOf("\r\n\r\n") + 4);
/** The JSON of an answer, chunked or not. */
async function read(path: string): Promise<unknown> {
  const answer = await exchange(lab, get(path, closing));
  expect(answer.statuses, answer.text.slice(0, 300)).toEqual([200]);
  expect(answer.text).not.toContain("hunter2");
  const body = bodyOf(answer);
  const chunks = /transfer-encoding: chunked/i.test(answer.text) ? body.replace(/(^|\r\n)[0-9a-f]+\r\n/g, "") : body;
  return JSON.parse(chunks);
}
const filters = (value: unknown) => `filters=${encodeURIComponent(JSON.stringify(value))}`;
const other = { label: [`com.docker.compose.project=${marker}-other`] };

describe("filters that ask for another project", () => {
  it.each(["/containers/json?all=1&", "/networks?"])("find nothing in %s", async (path) => {
    expect(await read(path + filters(other))).toEqual([]);
  });
  it("find nothing in volumes", async () => {
    expect(await read(`/volumes?${filters(other)}`)).toEqual({ Volumes: [] });
  });
  it("find nothing in the events of the past", async () => {
    const answer = await exchange(
      lab,
      get(`/events?since=1&until=${Math.ceil(Date.now() / 1000)}&${filters(other)}`, closing),
    );
    expect([answer.statuses, bodyOf(answer)]).toEqual([[200], "0\r\n\r\n"]);
  });
  it.each([
    { id: ["{foreign}"] },
    { name: ["{hexName}"] },
    { label: ["com.docker.compose.project"] },
    { status: ["running"] },
  ])("show no foreign container by %j", async (asked) => {
    const { foreign = "", hexName = "" } = lab.names;
    const filter = JSON.parse(JSON.stringify(asked).replace("{foreign}", foreign).replace("{hexName}", hexName));
    expect(JSON.stringify(await read(`/containers/json?all=1&${filters(filter)}`))).not.toContain(foreign);
  });
});

describe("an answer", () => {
  it("lists this project's containers, volumes and networks alone", async () => {
    const { mine, guarded, labelled, guard } = lab.names;
    const containers = (await read("/containers/json?all=1")) as { Id: string }[];
    expect(containers.map(({ Id }) => Id).sort()).toEqual([mine, guarded, labelled, guard].sort());
    const { Volumes } = (await read("/volumes")) as { Volumes: { Name: string }[] };
    const own = ["bind", "data", "volume"].map((name) => `${marker}-${name}`);
    expect(Volumes.map(({ Name }) => Name).sort()).toEqual(own);
    expect(await read("/networks")).toMatchObject([{ Name: `${marker}-network` }]);
  });
  it("shows the host's other containers by five plain facts", async () => {
    const list = (await read("/taylordash/foreign-containers")) as Record<string, unknown>[];
    expect(list).toContainEqual({
      ...{ name: lab.names.hexName, image: lab.names.ref, state: "running" },
      ...{ status: expect.stringMatching(/^Up /), project: `${marker}-other` },
    });
    expect(list.filter(({ project }) => project === marker)).toEqual([]);
  });
  it("tells of an image its age and digest, by reference and by id, and of no other image", async () => {
    const image = (await read(`/images/${lab.names.ref}/json`)) as { Id: string; Config: object };
    expect(image).toMatchObject({ Id: expect.stringMatching(/^sha256:/), Created: expect.any(String) });
    expect(Object.keys(image.Config)).not.toContain("Env");
    expect(await read(`/images/${image.Id}/json`)).toEqual(image);
  });
  it("carries this project's log lines and statistics", async () => {
    const { mine } = lab.names;
    expect((await exchange(lab, get(`/containers/${mine}/logs?stdout=1`, closing))).text).toContain("hello from mine");
    expect(await read(`/containers/${mine}/stats?stream=0&one-shot=1`)).toMatchObject({
      cpu_stats: expect.any(Object),
    });
  });
  it("is the same for HTTP 1.0, which closes", async () => {
    const answer = await exchange(lab, "GET /_ping HTTP/1.0\r\n\r\n");
    expect([answer.statuses, answer.closedByGuard, bodyOf(answer)]).toEqual([[200], true, "OK"]);
  });
});

describe("a connection", () => {
  it("sends the engine nothing of the client's but what was parsed", async () => {
    const at = lab.reached.length;
    await exchange(
      lab,
      get("/version", `${closing}authorization: x\r\nx-forwarded-for: y\r\nx-middleware-subrequest: z\r\n`),
    );
    expect(lab.reached.slice(at)).toEqual(["GET /version HTTP/1.1\r\nhost: docker\r\nConnection: keep-alive\r\n\r\n"]);
  });
  it.each([
    ["a refused one", get("/info")],
    ["an allowed one", get("/containers/json")],
    ["a write", "POST /containers/create HTTP/1.1\r\nhost: d\r\ncontent-length: 2\r\n\r\n{}"],
  ])("is ended when %s is pipelined behind an allowed one, which reaches the engine alone", async (_name, second) => {
    const at = lab.reached.length;
    const answer = await exchange(lab, get("/version") + second);
    expect(answer.closedByGuard).toBe(true);
    expect(answer.statuses.length).toBeLessThanOrEqual(1);
    const lines = lab.reached.slice(at).map((head) => head.split("\r\n")[0]);
    expect(lines.filter((line) => line !== "GET /version HTTP/1.1" && line !== "")).toEqual([]);
    expect(lab.log.at(-1)).toMatch(/pipelined/);
  });
  it("that is kept open serves one request after the other", async () => {
    const socket = lab.connect();
    for (let round = 0; round < 3; round++) {
      socket.write(get("/containers/json"));
      const text = await until(socket, /\r\n0\r\n\r\n$|\]\s*$/);
      expect(text).toMatch(/^HTTP\/1\.1 200/);
    }
    socket.destroy();
  });
  it("whose request never ends is closed", async () => {
    const answer = await exchange(lab, "GET /version HTTP/1.1\r\nhost: d\r\nx: ");
    expect(answer.closedByGuard).toBe(true);
    expect(answer.statuses).not.toContain(200);
  });
  it("is not taken when too many are open, and is again when they are gone", async () => {
    const before = await engineState();
    const open = Array.from({ length: 64 }, () => lab.connect("discover"));
    await Promise.all(open.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
    expect(await exchange(lab, get("/version", closing), "discover")).toMatchObject({
      statuses: [],
      closedByGuard: true,
    });
    for (const socket of open) socket.destroy();
    await expect
      .poll(async () => (await exchange(lab, get("/version", closing), "discover")).statuses, { timeout: 10_000 })
      .toEqual([200]);
    expect(await engineState()).toEqual(before);
  });
});

describe("a stream", () => {
  it.each([
    ["logs", "/containers/{mine}/logs?stdout=1&follow=1", /\/logs\?stdout=1&follow=1 /],
    ["statistics", "/containers/{mine}/stats", /\/stats /],
    ["events", "/events", /\/events\?filters/],
  ])("of %s ends at the engine with its client", async (_name, path, atEngine) => {
    const socket = lab.connect();
    socket.write(get(path.replace("{mine}", lab.names.mine ?? "")));
    await until(socket, /^HTTP\/1\.1 200/);
    expect(lab.open(atEngine)).toBe(true);
    socket.destroy();
    await expect.poll(() => lab.open(atEngine), { timeout: 10_000 }).toBe(false);
  });
});

describe("the profile discover", () => {
  it.each([
    "GET /containers/{mine}/logs?stdout=1",
    "POST /containers/{mine}/start",
    "GET /volumes",
    "GET /taylordash/foreign-containers",
  ])("is refused %s, which the portal may", async (line) => {
    const bytes = `${line.replace("{mine}", lab.names.mine ?? "")} HTTP/1.1\r\nhost: d\r\n${closing}\r\n`;
    expect((await exchange(lab, bytes, "discover")).statuses).toEqual([403]);
    expect((await exchange(lab, bytes)).statuses).toEqual([line.startsWith("POST") ? 304 : 200]);
  });
});

describe("an action", () => {
  const post = (path: string) => `POST ${path} HTTP/1.1\r\nhost: d\r\ncontent-length: 0\r\n${closing}\r\n`;
  const states = async (id = "") =>
    (await engineState()).filter((line) => line.includes(id)).map((line) => line.split(" ")[3]);
  it("stops, starts and restarts this project's container, by the id's first twelve digits too", async () => {
    const { mine = "", short } = lab.names;
    expect((await exchange(lab, post(`/containers/${short}/stop?t=0`))).statuses).toEqual([204]);
    // The engine answers a moment before its list says so.
    await expect.poll(() => states(mine), { timeout: 20_000 }).toEqual(["exited"]);
    expect((await exchange(lab, post(`/containers/${mine}/start`))).statuses).toEqual([204]);
    expect((await exchange(lab, post(`/containers/${mine}/restart?t=0`))).statuses).toEqual([204]);
    expect(await states(mine)).toEqual(["running"]);
  });
  it("restarts a protected one", async () => {
    const { guarded = "" } = lab.names;
    expect((await exchange(lab, post(`/containers/${guarded}/restart?t=0`))).statuses).toEqual([204]);
    expect(await states(guarded)).toEqual(["running"]);
  });
  it("is carried through when its client leaves at once, as the portal does that restarts itself", async () => {
    const { mine = "" } = lab.names;
    const at = lab.reached.length;
    const socket = lab.connect();
    socket.write(post(`/containers/${mine}/restart?t=0`));
    await expect.poll(() => lab.reached.slice(at).join(""), { timeout: 10_000 }).toContain("/restart?t=0");
    socket.destroy();
    await expect.poll(() => lab.open(/\/restart\?t=0/), { timeout: 10_000 }).toBe(false);
    expect(await states(mine)).toEqual(["running"]);
  });
});
