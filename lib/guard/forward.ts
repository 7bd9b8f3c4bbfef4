// Carries an allowed call to the engine and its answer back. Ownership is checked here, by an inspect beforehand; the
// call then names the full id it answered, whose labels can never change.
import type http from "node:http";
import { pipeline } from "node:stream/promises";
import type { Logger } from "pino";
import { foreignContainers, imageOf, type Member, memberOf, networkList, stripInspect, volumeList } from "./answers.ts";
import { askEngine, type EngineOptions, EngineRefusal, engineJson, readAll, readJson } from "./engine.ts";
import { isProjectImage } from "./images.ts";
import type { Call, Profile } from "./policy.ts";

export type ForwardOptions = EngineOptions & { log: Logger };
type Client = { profile: Profile; method: string; response: http.ServerResponse };

/** An answer of the guard's own instead of the engine's. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = "Refusal";
    this.status = status;
  }
}

const passedHeaders = [
  ...["content-type", "api-version", "docker-experimental", "ostype", "server", "builder-version", "swarm"],
];

const headersOf = (answer: http.IncomingMessage) =>
  Object.fromEntries(passedHeaders.flatMap((name) => (answer.headers[name] ? [[name, answer.headers[name]]] : [])));

const noContainer = () => new Refusal(404, "no such container in this project");

function sendJson(response: http.ServerResponse, value: unknown, headers: http.OutgoingHttpHeaders = {}) {
  const body = Buffer.from(JSON.stringify(value));
  response.writeHead(200, { "content-type": "application/json", ...headers, "content-length": body.length });
  response.end(body);
}

async function pipe(answer: http.IncomingMessage, response: http.ServerResponse) {
  response.writeHead(answer.statusCode ?? 502, headersOf(answer));
  // A client learns at once that its stream stands, even when nothing happens for hours.
  response.flushHeaders();
  await pipeline(answer, response);
}

async function findMember(options: ForwardOptions, id: string, signal?: AbortSignal): Promise<Member> {
  try {
    const member = memberOf(await engineJson(options, `/containers/${id}/json`, signal), id, options);
    if (member) return member;
  } catch (error) {
    // 404, and 400 of an id prefix that fits several: neither tells what else is on the host.
    if (!(error instanceof EngineRefusal) || error.status >= 500) throw error;
  }
  throw noContainer();
}

/** Reads an answer whole and sends what `cut` leaves of it; refusals of the engine are passed on. */
async function sendCut(
  options: ForwardOptions,
  path: string,
  { response }: Client,
  signal: AbortSignal,
  cut: (answer: unknown) => unknown,
) {
  const answer = await askEngine(options, "GET", path, { signal });
  if (answer.statusCode !== 200) return pipe(answer, response);
  sendJson(response, await cut(await readJson(answer)), headersOf(answer));
}

/** @throws Refusal, EngineRefusal, or the error of a connection. */
export async function forward(options: ForwardOptions, call: Call, client: Client): Promise<void> {
  const { response, method, profile } = client;
  const left = new AbortController();
  response.once("close", () => left.abort());
  const { signal } = left;
  switch (call.kind) {
    case "plain":
    case "stream":
      return pipe(await askEngine(options, method, call.path, { signal }), response);
    case "volumes":
      return sendCut(options, call.path, client, signal, volumeList);
    case "networks":
      return sendCut(options, call.path, client, signal, networkList);
    case "image":
      return sendCut(options, call.path, client, signal, async (answer) => {
        const image = imageOf(answer);
        if (!(await isProjectImage(options, image))) throw new Refusal(404, "no such image in this project");
        return image;
      });
    case "foreign-containers":
      return sendCut(options, "/containers/json?all=1", client, signal, (answer) => foreignContainers(answer, options));
    case "inspect": {
      const answer = await askEngine(options, "GET", call.path, { signal });
      if (answer.statusCode !== 200) {
        await readAll(answer);
        if ((answer.statusCode ?? 502) < 500) throw noContainer();
        throw new Refusal(502, "the engine failed");
      }
      const own = stripInspect(await readJson(answer), options);
      if (!own?.Id.startsWith(call.id)) throw noContainer();
      return sendJson(response, own, headersOf(answer));
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
      options.log.info({ profile, action: call.action, service, container: id }, "passed on");
      // Not tied to the client: a half-done restart must not end because the portal restarts itself.
      const answer = await askEngine(options, "POST", call.path(id));
      if (response.destroyed) return void answer.resume();
      return pipe(answer, response);
    }
  }
}
