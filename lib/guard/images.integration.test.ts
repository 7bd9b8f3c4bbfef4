// Which images are the project's, asked of the machine's real engine.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { imageOf } from "./answers.ts";
import { engineJson } from "./engine.ts";
import { isProjectImage } from "./images.ts";

const project = `guard-images-${process.pid}`;
const docker = (args: string[], input?: Buffer) => execFileSync("docker", args, { input, encoding: "utf8" }).trim();
const own = `${project}:own`;
const other = `${project}:other`;
const create = (image: string) =>
  docker(["create", "--label", `com.docker.compose.project=${project}`, image, "/none"]);

let lists = 0;
/** Passes everything on to the engine, and counts the lists. */
const counter = http.createServer((request, response) => {
  if (request.url?.startsWith("/containers/json")) lists += 1;
  const { method, url: path, headers } = request;
  http.get({ socketPath: "/var/run/docker.sock", method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
});
let directory = "";
let options: Parameters<typeof isProjectImage>[0];
const image = async (reference: string) => imageOf(await engineJson(options, `/images/${reference}/json`));
const isOurs = async (reference: string) => isProjectImage(options, await image(reference));

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "guard-images-"));
  const engineSocket = join(directory, "engine.sock");
  await once(counter.listen(engineSocket), "listening");
  options = { engineSocket, project };
  // Never started, so images without any file will do; they differ in their size.
  docker(["import", "-", own], Buffer.alloc(1024));
  docker(["import", "-", other], Buffer.alloc(2048));
  create(own);
});

afterAll(async () => {
  counter.closeAllConnections();
  counter.close();
  const ids = docker(["ps", "-aq", "--filter", `label=com.docker.compose.project=${project}`]);
  docker(["rm", "-f", ...ids.split("\n")]);
  docker(["rmi", own, other]);
  await rm(directory, { recursive: true });
});

it("a page that asks for a dozen images costs the engine one list, and a no is never an old one", async () => {
  const asked = await image(own);
  const answers = await Promise.all(Array.from({ length: 12 }, () => isProjectImage(options, asked)));
  expect(answers).toEqual(Array(12).fill(true));
  expect(lists).toBe(1);
  expect(await isOurs(other)).toBe(false);
  create(other);
  expect(await isOurs(other)).toBe(true);
});
