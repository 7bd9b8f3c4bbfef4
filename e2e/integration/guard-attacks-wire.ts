// More attacks: queries, containers of others, and the framing of HTTP itself. See guard-attacks.ts.
import type { Attack } from "./guard-attacks.ts";

const inspect = "GET /containers/{mine}/json";
const logs = "GET /containers/{mine}/logs?stdout=1";
const look = /^GET \/containers\/[a-f0-9]+\/json HTTP\/1\.1\r\nhost: docker\r\nConnection: keep-alive\r\n\r\n$/;

const beside = (twin: string, lines: string[], more: Partial<Attack> = {}): Attack[] =>
  lines.map((line) => ({ name: line, attack: line, twin, ...more }));
const lesson = (name: string, attacks: Attack[]): Attack[] =>
  attacks.map((attack) => ({ ...attack, name: `${name}: ${attack.name}` }));

export const queries: Attack[] = [
  ...beside("GET /containers/json?all=1", [
    ...["GET /containers/json?all=1&all=0", "GET /containers/json?all=1&%61ll=0", "GET /containers/json?size=1"],
    ...[
      "GET /containers/json?all=1&filters={}&filters={}",
      "GET /containers/json?ALL=1",
      "GET /containers/json?all=1?limit=1",
    ],
    ...["GET /containers/json?all=1&&limit=1", "GET /containers/json?all=1;limit=1", "GET /containers/json?all=%ff"],
    ...['GET /containers/json?filters={"__proto__":["a"]}', 'GET /containers/json?filters={"isolation":["a"]}'],
    ...['GET /containers/json?filters={"label":{"a":false}}', 'GET /containers/json?filters={"label":"a"}'],
    ...["GET /containers/json?before={foreign}", "GET /containers/json?namespace=1"],
  ]),
  ...lesson("CVE-2026-44883", beside("GET /version", ["GET /version?token=x", "GET /version?X-Registry-Auth=x"])),
  ...lesson(
    "CVE-2026-4802",
    beside(logs, [
      ...[
        "since=1;id",
        "since=$(id)",
        "tail=`id`",
        "tail=-1",
        "since=-1",
        "until=-1m",
        "since=2026-01-01T00:00:00Z",
      ].map((query) => `GET /containers/{mine}/logs?stdout=1&${query}`),
    ]),
  ),
  ...beside(logs, [
    ...["details=1", "follow=2", "follow=1&since=-5", "stdout=1", "tail=99999999999"].map(
      (query) => `GET /containers/{mine}/logs?stdout=1&${query}`,
    ),
  ]),
  ...beside("GET /containers/{mine}/stats?stream=0&one-shot=1", [
    ...["GET /containers/{mine}/stats?stream=yes", "GET /containers/{mine}/stats?stream=0&stream=1"],
  ]),
  ...beside("POST /containers/{mine}/restart?t=0", [
    ...["t=-1", "t=601", "t=1e3", "t=0x1", "signal=SIGKILL", "t=0&signal=0"].map(
      (query) => `POST /containers/{mine}/restart?${query}`,
    ),
  ]),
  ...beside("GET /events?since=1&until=2", [
    ...['GET /events?until=2&filters={"type":["image"]}', 'GET /events?until=2&filters={"event":["exec_create"]}'],
    ...['GET /events?until=2&filters={"type":["container","daemon"]}', "GET /events?since=-1&until=2"],
    ...['GET /events?until=2&filters={"scope":["swarm"]}'],
  ]),
  ...beside("GET /networks", ['GET /networks?filters={"scope":["swarm"]}', "GET /networks/{marker}-other-network"]),
  ...beside("GET /volumes", ['GET /volumes?filters={"driver":["local"]}', "GET /volumes/{marker}-other-volume"]),
];

/** Of another project, by name, by too short an id, or protected. */
export const ownership: Attack[] = [
  ...lesson(
    "GHSA-m855-r557-5rc5, CVE-2026-40077, CVE-2026-48742, CVE-2026-43917",
    [
      ["GET /containers/{id}/json", inspect],
      ["GET /containers/{id}/logs?stdout=1", logs],
      ["GET /containers/{id}/logs?stdout=1&follow=1", logs],
      ["GET /containers/{id}/stats?stream=0&one-shot=1", "GET /containers/{mine}/stats?stream=0&one-shot=1"],
      ["POST /containers/{id}/start", "POST /containers/{mine}/start"],
      ["POST /containers/{id}/stop?t=0", "POST /containers/{mine}/restart?t=0"],
      ["POST /containers/{id}/restart?t=0", "POST /containers/{mine}/restart?t=0"],
    ].flatMap(([line = "", twin = ""]) => {
      const of = (id: string) => line.replace("{id}", id);
      return beside(twin, [of("{foreign}"), of("{hexName}")], { status: 404, looks: look });
    }),
  ),
  ...beside(inspect, ["GET /containers/{marker}/json", "GET /containers/web/json"]),
  ...beside("GET /containers/{short}/logs?stdout=1", [
    "GET /containers/{short11}/logs?stdout=1",
    "GET /containers/{SHORT}/logs?stdout=1",
  ]),
  ...beside("POST /containers/{short}/start", ["POST /containers/{short11}/start", "POST /containers/{mine}0/start"]),
  ...beside("GET /images/{ref}/json", ["GET /images/{marker}-image:1/json", "GET /images/{marker}-image/json"], {
    ...{ status: 404, looks: /^GET \/(images|containers)\/\S*json/ },
  }),
  ...beside(
    "POST /containers/{guarded}/restart?t=0",
    ["POST /containers/{guarded}/stop?t=0", "POST /containers/{guardedShort}/stop"],
    {
      ...{ status: 409, looks: look },
    },
  ),
  ...beside("POST /containers/{labelled}/restart?t=0", ["POST /containers/{labelled}/stop"], {
    status: 409,
    looks: look,
  }),
];

const raw = (name: string, attack: string, more: Partial<Attack> = {}): Attack => ({
  ...{ name, attack, twin: "GET /version" },
  ...more,
});
const smuggled = "GET /info HTTP/1.1\r\nhost: d\r\n\r\n";
const get = (headers: string, rest = "") => `GET /version HTTP/1.1\r\nhost: d\r\n${headers}\r\n${rest}`;

export const framing: Attack[] = [
  raw(
    "both Transfer-Encoding and Content-Length",
    get("transfer-encoding: chunked\r\ncontent-length: 4\r\n", `0\r\n\r\n${smuggled}`),
  ),
  raw("two lengths", get("content-length: 0\r\ncontent-length: 40\r\n", smuggled)),
  raw("two equal lengths", get("content-length: 3\r\ncontent-length: 3\r\n", "abc")),
  raw("a list of lengths", get("content-length: 3, 3\r\n", "abc")),
  raw("a negative length", get("content-length: -1\r\n", smuggled)),
  raw("a hexadecimal length", get("content-length: 0x2\r\n", "{}")),
  raw("a signed length", get("content-length: +2\r\n", "{}")),
  raw("a chunked read", get("transfer-encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")),
  raw("an empty chunked body", get("transfer-encoding: chunked\r\n", "0\r\n\r\n")),
  raw("a chunk extension", get("transfer-encoding: chunked\r\n", `2;a="\r\n\r\n${smuggled}"\r\n{}\r\n0\r\n\r\n`)),
  raw("a chunk size too large", get("transfer-encoding: chunked\r\n", `FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n`)),
  raw("a trailer", get("transfer-encoding: chunked\r\ntrailer: host\r\n", "0\r\nhost: x\r\n\r\n")),
  raw("Transfer-Encoding: identity", get("transfer-encoding: identity\r\n", smuggled)),
  raw("an unknown Transfer-Encoding", get("transfer-encoding: xchunked\r\n", smuggled)),
  raw("chunked twice", get("transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n")),
  raw("chunked, then identity", get("transfer-encoding: chunked, identity\r\n", `0\r\n\r\n${smuggled}`)),
  raw("a space before the colon", get("transfer-encoding : chunked\r\n", "0\r\n\r\n")),
  raw("a folded header", get("x: a\r\n transfer-encoding: chunked\r\n", "0\r\n\r\n")),
  raw("lone line feeds", "GET /version HTTP/1.1\nhost: d\ntransfer-encoding: chunked\n\n0\n\n"),
  raw("a lone carriage return", "GET /version HTTP/1.1\r\nhost: d\rx: y\r\n\r\n"),
  raw("a null byte in a header", get("x: a\0b\r\n")),
  raw("a null byte in the path", "GET /version\0 HTTP/1.1\r\nhost: d\r\n\r\n"),
  raw("a tab in the request line", "GET\t/version\tHTTP/1.1\r\nhost: d\r\n\r\n"),
  raw("a line break in the path", "GET /version\r\nx: y HTTP/1.1\r\nhost: d\r\n\r\n"),
  raw("no host", "GET /version HTTP/1.1\r\n\r\n"),
  raw("HTTP 0.9", "GET /version\r\n\r\n"),
  raw("HTTP 1.2", "GET /version HTTP/1.2\r\nhost: d\r\n\r\n"),
  raw("HTTP 2 by its preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  raw("TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"),
  raw("headers over 8 kB", get(`x: ${"a".repeat(20_000)}\r\n`)),
  raw("an address over 2 kB", `GET /containers/json?limit=1${"0".repeat(2_100)} HTTP/1.1\r\nhost: d\r\n\r\n`),
  raw("an address over 8 kB", `GET /${"a".repeat(20_000)} HTTP/1.1\r\nhost: d\r\n\r\n`),
  raw("Expect: 100-continue", get("expect: 100-continue\r\ncontent-length: 2\r\n", "{}")),
  raw("an unknown Expect", get("expect: the-worst\r\n")),
  raw(
    "CVE-2026-44578: an upgrade to WebSocket by absolute address",
    `GET http://docker/info HTTP/1.1\r\nhost: d\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`,
  ),
  raw("an upgrade of an allowed read", get("connection: upgrade\r\nupgrade: tcp\r\n")),
  raw(
    "an upgrade to HTTP 2",
    get("connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n"),
  ),
  raw(
    "a hijacked attach",
    "POST /containers/{mine}/attach?stream=1&stdin=1 HTTP/1.1\r\nhost: d\r\nconnection: upgrade\r\nupgrade: tcp\r\n\r\n",
  ),
  raw("a hijacked session", "POST /session HTTP/1.1\r\nhost: d\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n"),
  raw("a tunnel", "CONNECT docker:2375 HTTP/1.1\r\nhost: d\r\n\r\n"),
  raw("a request behind a refused one", `GET /info HTTP/1.1\r\nhost: d\r\n\r\n${get("")}`),
  raw("a request behind a refused one, of HTTP 1.0", `GET /info HTTP/1.0\r\nconnection: keep-alive\r\n\r\n${get("")}`),
  raw(
    "a request in the body of a refused one",
    `POST /version HTTP/1.1\r\nhost: d\r\ncontent-length: 38\r\n\r\n${smuggled}`,
  ),
  raw(
    "CVE-2025-29927: headers that say the check was made",
    `GET /info HTTP/1.1\r\nhost: d\r\nx-middleware-subrequest: middleware\r\nx-forwarded-for: 127.0.0.1\r\n\r\n`,
  ),
  raw("a method in a header", `POST /version HTTP/1.1\r\nhost: d\r\nx-http-method-override: GET\r\n\r\n`),
];
