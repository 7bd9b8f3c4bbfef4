// Carries an allowed call to the engine and its answer back. Ownership is checked here, by an inspect beforehand; the
// call then names the full id it answered, whose labels can never change.
import type http from "node:http";
import { pipeline } from "node:stream/promises";
import type { Logger } from "pino";
import {
  foreignContainers,
  type Inspected,
  imageOf,
  isRouted,
  isSharedBy,
  type Member,
  memberOf,
  networkList,
  stripEvent,
  stripInspect,
  stripList,
  volumeList,
} from "./answers.ts";
import type { Commands } from "./commands.ts";
import { readDesired } from "./desired.ts";
import { askEngine, type EngineOptions, EngineRefusal, engineJson } from "./engine.ts";
import type { Helpers } from "./helpers.ts";
import { isBuiltHere, isProjectImage, isRunning } from "./images.ts";
import type { Operations } from "./operations.ts";
import type { Call, Order, Profile } from "./policy.ts";
import { routedListQuery } from "./query.ts";
import { Refusal } from "./refusal.ts";

export type ForwardOptions = EngineOptions & {
  log: Logger;
  desiredDirectory: string;
  operations: Operations;
  helpers: Helpers;
  commands: Commands;
};
type Client = { profile: Profile; method: string; response: http.ServerResponse };

const passedHeaders = [
  ...["content-type", "api-version", "docker-experimental", "ostype", "server", "builder-version", "swarm"],
];

const headersOf = (answer: http.IncomingMessage) =>
  Object.fromEntries(passedHeaders.flatMap((name) => (answer.headers[name] ? [[name, answer.headers[name]]] : [])));

function sendJson(response: http.ServerResponse, value: unknown) {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length });
  response.end(body);
}

type Lines = (line: string) => string | null;

async function* byLine(answer: http.IncomingMessage, change: Lines) {
  let rest = "";
  for await (const chunk of answer.setEncoding("utf8")) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const changed = line.trim() === "" ? "" : change(line);
      if (changed !== null) yield `${changed}\n`;
    }
  }
}

async function pipe(answer: http.IncomingMessage, response: http.ServerResponse, change?: Lines) {
  response.writeHead(answer.statusCode ?? 502, headersOf(answer));
  // A client learns at once that its stream stands, even when nothing happens for hours.
  response.flushHeaders();
  if (change) await pipeline(byLine(answer, change), response);
  else await pipeline(answer, response);
}

/** A container with a route, or one whose network such a container shares: Traefik takes the address from there. */
async function concernsEdge(options: ForwardOptions, container: Inspected, signal: AbortSignal): Promise<boolean> {
  if (isRouted(container)) return true;
  const query = routedListQuery(new Map([["all", "1"]]), options);
  return isSharedBy(await engineJson(options, `/containers/json?${query}`, signal), container);
}

/** When the edge last began to list, in ms since 1970. */
const listedAt = new WeakMap<ForwardOptions, number>();
const longestReplayMs = 60_000;

/**
 * Traefik lists and inspects first and asks for events after that: what happens between the two, a container that turns
 * healthy, would be unknown to it until the next event. So its stream begins where its list began. The engine remembers
 * its last 256 events, those of health checks too: seconds, where reading takes a fraction of one.
 */
function sinceListed(options: ForwardOptions, path: string): string {
  const at = listedAt.get(options);
  if (at === undefined || Date.now() - at > longestReplayMs || /[?&]since=/.test(path)) return path;
  return `${path}&since=${(at / 1000).toFixed(3)}`;
}

type Thing = "container" | "image";
/** What is not there and what is not this project's get one answer: neither tells what else is on the host. */
const missing = (thing: Thing, level: "info" | "warn") => new Refusal(404, `no such ${thing} in this project`, level);

async function readOwn<T>(
  options: ForwardOptions,
  thing: Thing,
  path: string,
  signal: AbortSignal | undefined,
  own: (answer: unknown) => T | null | Promise<T | null>,
): Promise<T> {
  try {
    const found = await own(await engineJson(options, path, signal));
    if (found !== null) return found;
  } catch (error) {
    if (error instanceof EngineRefusal && error.status < 500) throw missing(thing, "info");
    throw error;
  }
  throw missing(thing, "warn");
}

const findMember = (options: ForwardOptions, id: string, signal?: AbortSignal): Promise<Member> =>
  readOwn(options, "container", `/containers/${id}/json`, signal, (answer) => memberOf(answer, id, options));

/** One JSON line a step, between a first and a last one that are the operation itself. */
const follow = ({ operations }: ForwardOptions, order: Order, { profile, response }: Client) =>
  operations.begin(order, profile, (line) => {
    if (response.destroyed) return;
    if (!response.headersSent) response.writeHead(200, { "content-type": "application/x-ndjson" });
    response.write(`${JSON.stringify(line)}\n`);
    if ("order" in line && line.result) response.end();
  });

/** @throws Refusal, EngineRefusal, or the error of a connection. */
export async function forward(options: ForwardOptions, call: Call, client: Client): Promise<void> {
  const { response, method, profile } = client;
  const left = new AbortController();
  response.once("close", () => left.abort());
  const { signal } = left;
  switch (call.kind) {
    case "plain":
      return pipe(await askEngine(options, method, call.path, { signal }), response);
    case "events": {
      const path = profile === "discover" ? sinceListed(options, call.path) : call.path;
      const answer = await askEngine(options, method, path, { signal });
      return pipe(answer, response, answer.statusCode === 200 ? (line) => stripEvent(line, profile) : undefined);
    }
    case "list":
      if (profile === "discover") listedAt.set(options, Date.now());
      return sendJson(response, stripList(await engineJson(options, call.path, signal), profile));
    case "volumes":
      return sendJson(response, volumeList(await engineJson(options, call.path, signal)));
    case "networks":
      return sendJson(response, networkList(await engineJson(options, call.path, signal)));
    case "foreign-containers": {
      const list = await engineJson(options, "/containers/json?all=1", signal);
      return sendJson(response, foreignContainers(list, options));
    }
    case "desired":
      return sendJson(response, { services: await readDesired(options.desiredDirectory) });
    case "operations":
      return sendJson(response, { operations: options.operations.history() });
    case "order":
      return follow(options, call.order, client);
    case "helper":
      return sendJson(response, await options.helpers.run(call.helper, profile, signal));
    case "command": {
      const member = await findMember(options, call.command.id, signal);
      return sendJson(response, await options.commands.run(call.command, member, profile, signal));
    }
    case "pull": {
      const { reference, path } = call;
      if (isBuiltHere(reference)) throw new Refusal(409, `${reference} is built with this stack: no registry has it`);
      if (!(await isRunning(options, reference))) throw missing("image", "warn");
      options.log.info({ profile, action: "pull", image: reference }, "passed on");
      // A pull whose client leaves ends with it: the engine keeps whole layers alone, and the tag stays where it was.
      return pipe(await askEngine(options, "POST", path, { signal }), response);
    }
    case "image": {
      const own = async (answer: unknown) => {
        const image = imageOf(answer);
        return (await isProjectImage(options, image)) ? image : null;
      };
      return sendJson(response, await readOwn(options, "image", call.path, signal, own));
    }
    case "inspect": {
      const own = async (answer: unknown) => {
        const found = memberOf(answer, call.id, options) && stripInspect(answer, options, profile);
        return found && (profile !== "discover" || (await concernsEdge(options, found, signal))) ? found : null;
      };
      return sendJson(response, await readOwn(options, "container", call.path, signal, own));
    }
    case "container-stream": {
      const { id } = await findMember(options, call.id, signal);
      return pipe(await askEngine(options, method, call.path(id), { signal }), response);
    }
    case "container-action": {
      const member = await findMember(options, call.id);
      const { id, service } = member;
      if (call.action === "stop" && member.protected) {
        throw new Refusal(409, `${service} is protected: it can be restarted, never stopped`);
      }
      if (options.operations.isBusy(service)) throw new Refusal(409, `an operation on ${service} is under way`, "info");
      options.log.info({ profile, action: call.action, service, container: id }, "passed on");
      // Not tied to the client: a half-done restart must not end because the portal restarts itself.
      const answer = await askEngine(options, "POST", call.path(id));
      if (response.destroyed) return void answer.resume();
      return pipe(answer, response);
    }
  }
}
