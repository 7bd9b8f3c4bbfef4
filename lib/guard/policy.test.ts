import { describe, expect, it } from "vitest";
import { decide, profiles, rules } from "./policy.ts";

const context = { project: "taylordash" };
const id = "0123456789ab";
const full = id.padEnd(64, "f");
const digest = `sha256:${full}`;
const filters = (value: unknown) => `filters=${encodeURIComponent(JSON.stringify(value))}`;

/** Each rule: requests it lets pass and, next to them, requests that it must not. */
const table: Record<string, { pass: string[]; refuse: string[] }> = {
  ping: {
    pass: ["HEAD /_ping", "GET /_ping", "GET /v1.45/_ping"],
    refuse: ["POST /_ping", "GET /_ping?a", "GET /_ping?a=1", "GET /_PING"],
  },
  version: {
    pass: ["GET /version", "GET /v1.45/version"],
    refuse: ["OPTIONS /version", "get /version", "GET /version?x=1", "GET /version/", "CONNECT /version"],
  },
  list: {
    pass: [
      ...["GET /containers/json", "GET /v1.45/containers/json?all=1", "GET /containers/json?limit=5"],
      `GET /v1.45/containers/json?all=true&${filters({ label: ["a=b"] })}`,
      `GET /containers/json?${filters({ label: { "a=b": true } })}`,
    ],
    refuse: [
      ...["POST /containers/json", "GET /containers/json?size=1", "GET /containers/json?all=1&all=0"],
      ...["GET /containers/json?all=2", "GET /containers/json?limit=-1", "GET /containers/json?filters=%7B"],
      ...["GET /containers/json?filters=%ZZ", "GET /containers/json?all=1?all=1", "GET /containers/json?ALL=1"],
      ...[filters({ volume: ["x"] }), filters({ label: "x" }), filters([]), filters({ label: { a: false } })].map(
        (query) => `GET /containers/json?${query}`,
      ),
      `GET /containers/json?${filters({})}&${filters({})}`,
      'GET /containers/json?filters={"__proto__":["x"]}',
      "GET /containers/json?constructor=1",
    ],
  },
  inspect: {
    pass: [`GET /containers/${id}/json`, `GET /v1.44/containers/${full}/json`],
    refuse: [
      ...[`HEAD /containers/${id}/json`, `GET /containers/${id}/json?size=1`, `GET /containers/${id}/json%00`],
      ...["GET /containers/taylordash-postgres-1/json", "GET /containers/0123456789a/json"],
      ...[`GET /containers/${"a".repeat(65)}/json`, `GET /containers/${id.toUpperCase()}/json`],
      ...[`GET /containers/${id}%2fjson`, `GET /containers/${id}/json#x`, `GET /containers/${id}\\json`],
    ],
  },
  events: {
    pass: [
      "GET /events",
      `GET /v1.45/events?${filters({ type: { container: true } })}`,
      `GET /events?since=1764000000.123&${filters({ event: ["die", "health_status"] })}`,
    ],
    refuse: [
      ...[
        "HEAD /events",
        "GET /events?since=now",
        "GET /events?since=-1",
        `GET /events?${filters({ type: ["image"] })}`,
      ],
      ...[
        filters({ type: ["container", "secret"] }),
        filters({ event: ["exec_create"] }),
        filters({ daemon: ["x"] }),
      ].map((query) => `GET /events?${query}`),
    ],
  },
  logs: {
    pass: [
      `GET /containers/${id}/logs?stdout=1`,
      `GET /v1.45/containers/${full}/logs?follow=1&stdout=true&stderr=1&timestamps=1&since=1764000000.5&tail=100`,
      `GET /containers/${id}/logs?stderr=1&until=1764000000&tail=all`,
    ],
    refuse: ["details=1", "since=-5", "tail=-1", "tail=1e9", "follow=yes", "stdout=1&stdout=1"]
      .map((query) => `GET /containers/${id}/logs?${query}`)
      .concat(`POST /containers/${id}/logs?stdout=1`, "GET /containers/web/logs?stdout=1"),
  },
  stats: {
    pass: [`GET /containers/${id}/stats`, `GET /containers/${full}/stats?stream=false&one-shot=true`],
    refuse: [`GET /containers/${id}/stats?stream=2`, `GET /containers/${id}/stats?x=1`, "GET /containers/stats"],
  },
  start: {
    pass: [`POST /containers/${id}/start`],
    refuse: [`GET /containers/${id}/start`, `POST /containers/${id}/start?detachKeys=a`, "POST /containers/web/start"],
  },
  stop: {
    pass: [`POST /containers/${id}/stop`, `POST /containers/${id}/stop?t=600`],
    refuse: ["t=-1", "t=601", "t=1.5", "t=", "signal=SIGKILL", "t=1&t=2"].map(
      (query) => `POST /containers/${id}/stop?${query}`,
    ),
  },
  restart: {
    pass: [`POST /v1.45/containers/${id}/restart?t=0`],
    refuse: [`POST /containers/${id}/restart?signal=9`, `PUT /containers/${id}/restart`],
  },
  image: {
    pass: [
      ...["postgres:17.12", "quay.io/prometheuscommunity/postgres-exporter:v0.19.1", digest],
      ...["localhost:5000/a/b_c:1", `grafana/grafana@${digest}`, `grafana/grafana:13.2.3@${digest}`],
    ].map((reference) => `GET /images/${reference}/json`),
    refuse: [
      ...["GET /images/../json", "GET /images/a/../b/json", "GET /images/a//b/json", "GET /images/A/json"],
      ...["GET /images/a%2fb/json", "GET /images/a:b:c/json", "GET /images/json", "GET /images/a/history"],
      ...["GET /images/a/get", "DELETE /images/a", "POST /images/a/tag", "GET /images/a/json?manifests=1"],
      ...["GET /images/search", `GET /images/${"a/".repeat(9)}a/json`],
    ],
  },
  volumes: {
    pass: ["GET /volumes", `GET /volumes?${filters({ label: ["a=b"], name: ["x"] })}`],
    refuse: [`GET /volumes?${filters({ driver: ["x"] })}`, "POST /volumes", "POST /volumes/create", "GET /volumes/x"],
  },
  networks: {
    pass: ["GET /networks", `GET /networks?${filters({ name: ["x"] })}`],
    refuse: [`GET /networks?${filters({ scope: ["swarm"] })}`, "POST /networks/prune", `GET /networks/${id}`],
  },
  desired: {
    pass: ["GET /taylordash/desired", "GET /v1.45/taylordash/desired"],
    refuse: ["PUT /taylordash/desired", "GET /taylordash/desired?x=1", "GET /taylordash/desired/web"],
  },
  operations: {
    pass: ["GET /taylordash/operations"],
    refuse: ["POST /taylordash/operations", "GET /taylordash/operations?all=1", "GET /taylordash/operation"],
  },
  recreate: {
    pass: [
      `POST /taylordash/services/web/recreate?image=${digest}`,
      `POST /taylordash/services/a-b_1/recreate?image=sha256%3A${full}`,
    ],
    refuse: [
      ...["GET /taylordash/services/web/recreate", "POST /taylordash/services/web/recreate"].concat(
        ["web:1", full, `${digest}0`, digest.toUpperCase(), `${digest}&force=1`, `${digest}&image=${digest}`].map(
          (image) => `POST /taylordash/services/web/recreate?image=${image}`,
        ),
        ["../web", "web/x", "Web", "$(id)", "-web", "web.1", "", "%2e%2e", "w".repeat(64)].map(
          (service) => `POST /taylordash/services/${service}/recreate?image=${digest}`,
        ),
      ),
    ],
  },
  scale: {
    pass: ["POST /taylordash/services/web/scale?replicas=1", "POST /taylordash/services/web/scale?replicas=10"],
    refuse: [
      "replicas=0",
      "replicas=11",
      "replicas=-1",
      "replicas=01",
      "replicas=1.5",
      "replicas=",
      "",
      "replicas=2&x=1",
    ].map((query) => `POST /taylordash/services/web/scale?${query}`),
  },
  pull: {
    pass: [
      ...["fromImage=postgres&tag=17.12", "tag=1&fromImage=localhost%3A5000%2Fa%2Fb_c"],
      "fromImage=quay.io/prometheuscommunity/postgres-exporter&tag=v0.19.1",
    ].map((query) => `POST /images/create?${query}`),
    refuse: [
      ...[
        "",
        "fromImage=postgres",
        "tag=17.12",
        "fromImage=&tag=1",
        "fromImage=postgres&tag=",
        "fromSrc=-&repo=x&tag=1",
      ],
      ...["fromImage=postgres:17.12&tag=17.12", `fromImage=postgres&tag=${encodeURIComponent(digest)}`],
      ...[
        `fromImage=postgres@${digest}&tag=1`,
        "fromImage=Postgres&tag=1",
        "fromImage=../x&tag=1",
        "fromImage=a//b&tag=1",
      ],
      ...[
        "fromImage=http://x/y&tag=1",
        "fromImage=a%0d%0ab&tag=1",
        "fromImage=postgres&tag=a/b",
        "fromImage=a&tag=1%00",
      ],
      ...[
        "platform=linux/arm64",
        "fromSrc=http://x/y",
        "repo=x",
        "message=x",
        "changes=ENTRYPOINT+x",
        "all=1",
        "tag=2",
      ].map((more) => `fromImage=postgres&tag=17.12&${more}`),
    ]
      .map((query) => `POST /images/create?${query}`)
      .concat("GET /images/create?fromImage=a&tag=1", "POST /images/create/?fromImage=a&tag=1"),
  },
  "volume-usage": {
    pass: [
      "POST /taylordash/helpers/volume-usage?volume=taylordash_postgres-data",
      "POST /taylordash/helpers/volume-usage?volume=a",
    ],
    refuse: [
      ...["", "?volume=", "?volume=/", "?volume=/etc", "?volume=..", "?volume=.", "?volume=-a", "?volume=a/b"].map(
        (query) => `POST /taylordash/helpers/volume-usage${query}`,
      ),
      ...["a%2fb", "a%00", "a%0ab", "a b", "a:/etc", "%2e%2e", "a*", `${"a".repeat(202)}`, "a&volume=b"].map(
        (name) => `POST /taylordash/helpers/volume-usage?volume=${name}`,
      ),
      ...["image=sha256:0", "cmd=sh", "user=0", "network=host", "privileged=1", "template=volume-usage"].map(
        (more) => `POST /taylordash/helpers/volume-usage?volume=a&${more}`,
      ),
      ...["GET /taylordash/helpers/volume-usage?volume=a", "POST /taylordash/helpers/volume-usage/?volume=a"],
      ...["POST /taylordash/helpers/shell?volume=a", "POST /taylordash/helpers/volume-usage/x?volume=a"],
      ...["POST /taylordash/helpers?volume=a", "POST /taylordash/helpers/constructor?volume=a"],
      "POST /v1.45/taylordash/helpers/VOLUME-USAGE?volume=a",
    ],
  },
  probe: {
    pass: [`POST /taylordash/containers/${id}/probe`, `POST /taylordash/containers/${full}/probe`],
    refuse: [
      ...[`GET /taylordash/containers/${id}/probe`, `POST /taylordash/containers/${id}/probe?cmd=sh`],
      ...[`POST /taylordash/containers/${id}/exec`, `POST /taylordash/containers/${id}/probe/`],
      ...["POST /taylordash/containers/web/probe", "POST /taylordash/containers/0123456789a/probe"],
      ...[`POST /taylordash/containers/${id}/probe?user=0`, `POST /containers/${id}/probe`],
      ...[`POST /taylordash/containers/${id}/toString`, `POST /taylordash/containers/${id}/PROBE`],
    ],
  },
  "foreign-containers": {
    pass: ["GET /taylordash/foreign-containers"],
    refuse: ["POST /taylordash/foreign-containers", "GET /taylordash/foreign-containers?all=1", "GET /taylordash"],
  },
};

const split = (line: string): [string, string] => {
  const at = line.indexOf(" ");
  return [line.slice(0, at), line.slice(at + 1)];
};

it("has every rule of the policy in the table", () => {
  const names = profiles.flatMap((profile) => rules[profile].map(({ name }) => name));
  expect(Object.keys(table).sort()).toEqual([...new Set(names)].sort());
});

describe.each(profiles)("the profile %s", (profile) => {
  const own = new Set(rules[profile].map(({ name }) => name));
  describe.each(Object.entries(table))("and the rule %s", (rule, { pass, refuse }) => {
    it.each(pass)(own.has(rule) ? "lets %s pass" : "refuses %s", (line) => {
      expect(decide(profile, ...split(line), context)).toMatchObject(
        own.has(rule) ? { allow: true, rule } : { allow: false },
      );
    });
    it.each(refuse)("refuses %s", (line) => {
      expect(decide(profile, ...split(line), context)).toEqual({ allow: false, reason: expect.any(String) });
    });
  });
});

const never = [
  ...["POST /containers/create", "POST /v1.45/containers/create?name=x", `POST /containers/${id}/exec`],
  ...[`POST /containers/${id}/update`, `POST /exec/${id}/start`, `GET /exec/${id}/json`, "POST /build"],
  ...["POST /images/create?fromImage=x", "POST /networks/create", "POST /swarm/init", "GET /swarm", "GET /nodes"],
  ...[`PUT /containers/${id}/archive?path=/`, `DELETE /containers/${id}`, `GET /containers/${id}/archive?path=/etc`],
  ...[`GET /containers/${id}/export`, `GET /containers/${id}/attach/ws`, `GET /containers/${id}/top`],
  ...[
    "GET /info",
    "GET /images/json",
    "GET /secrets",
    "GET /configs",
    "GET /system/df",
    "GET /session",
    "GET /plugins",
  ],
  ...["GET /", "GET ", "GET //version", "GET /./version", "GET /containers/../info", "GET /%76ersion"],
  ...[
    `GET /containers/${id}/../../info`,
    "GET /containers/%2e%2e/info",
    "GET http://docker/version",
    "GET docker:2375",
  ],
  ...[
    "GET /v1.45/v1.45/version",
    "GET /v2.0/version",
    "GET /v1.4/version",
    "GET /v1.450/version",
    "GET /v1.24/version",
  ],
  ...[
    "GET /v9.99/version",
    "GET /V1.45/version",
    "GET /v1.45/../version",
    "GET /v1.45",
    "GET /version HTTP/1.1\r\nHost: x",
  ],
  ...["GET /version\n", "GET /version\u0000", "GET /version;x", `GET /containers/json?x=${"a".repeat(2_100)}`, "GET *"],
];
it.each(profiles.flatMap((profile) => never.map((line) => [profile, line] as const)))(
  "%s never gets %j",
  (...[profile, line]) => {
    expect(decide(profile, ...split(line), context)).toMatchObject({ allow: false });
  },
);
