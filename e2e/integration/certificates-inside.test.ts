// TLS between the services of the running stack: each proves its name under the stack's CA, and the object store's account
// port opens to nobody else.

import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect as connectHttp2, type SecureClientSessionOptions } from "node:http2";
import { connect as connectTcp } from "node:net";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../lib/platform/test-daemons.ts";
import { ca, command, docker, httpsPort, mqttsPort, project, root, stateDir } from "../stack.ts";
import { tryConnect } from "../tools/mqtt-client.ts";
import { assertLocal, listening, type Member, members } from "../tools/namespaces.ts";

let everybody: Member[] = [];
beforeAll(async () => {
  everybody = await members();
  assertLocal(everybody);
});

/** The container's address on a network that this machine is on too. */
const addressOf = (service: string) => {
  const found = everybody.find((one) => one.service === service)?.networks[0]?.address;
  if (!found) throw new Error(`no ${service}`);
  return found;
};
const leaf = (service: string) => {
  const read = (name: string) => readFileSync(join(stateDir, "secrets/tls", service, name));
  return { ca: ca(), cert: read("tls.crt"), key: read("tls.key") };
};

describe("each inner TLS port", () => {
  const ports: [string, number][] = [
    ["portal", 3000],
    ["keycloak", 8443],
    ["mosquitto", 8884],
    ["mqtt-proxy", 9001],
    ["objectstore", 8333],
  ];
  const handshake = (service: string, port: number, servername: string) =>
    new Promise<string>((resolve) => {
      const socket = connect({ host: addressOf(service), port, servername, ca: ca() }, () => {
        resolve(socket.getProtocol() ?? "none");
        socket.destroy();
      });
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    });
  it.each(ports)("of %s:%i proves its name, and no other", async (service, port) => {
    expect(await handshake(service, port, service)).toBe("TLSv1.3");
    expect(await handshake(service, port, "somebody-else")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
  });
});

describe("each client inside", () => {
  /** Lines of what is installed that a pattern finds. Only "nothing found" may pass for nothing. */
  const lines = async (pattern: string) => {
    const places = [
      "docker-compose.yml",
      "Dockerfile",
      "taylordash",
      "infra",
      "lib",
      "app",
      ":!**/*test*",
      ":!infra/host/test",
    ];
    const out = await command("git", ["grep", "-nEi", pattern, "--", ...places]).catch((error: { code?: number }) => {
      if (error.code === 1) return "";
      throw error;
    });
    return out.split("\n").filter(Boolean);
  };

  it("verifies whom it talks to: nothing turns that off, but a probe of a container's own loopback", async () => {
    const off =
      "insecure_?skip_?verify|rejectUnauthorized: *false|NODE_TLS_REJECT|tls_?skip_?verify|--insecure|no-check-certificate|verify none|curl [^|]*-k ";
    const found = await lines(off);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^docker-compose\.yml:\d+:.*no-check-certificate, "https:\/\/127\.0\.0\.1:8333\/status"/);
  });

  it("of PostgreSQL names the mode that verifies", async () => {
    const modes = (await lines("sslmode=")).map((line) => /sslmode=([a-z-]+)/.exec(line)?.[1]);
    expect(modes.length).toBeGreaterThanOrEqual(2);
    expect(new Set(modes)).toEqual(new Set(["verify-full"]));
  });
});

describe("the object store's account port", () => {
  // It would make anybody an administrator who asks; this question changes nothing.
  const ask = (options: SecureClientSessionOptions, scheme: "http" | "https") =>
    new Promise<string>((resolve) => {
      const session = connectHttp2(`${scheme}://${addressOf("objectstore")}:18333`, {
        servername: "objectstore",
        ...options,
      });
      const end = (word: string) => {
        session.destroy();
        resolve(word);
      };
      session.setTimeout(5_000, () => end("silent"));
      session.on("error", () => end("refused"));
      session.on("close", () => end("refused"));
      const headers = { "content-type": "application/grpc", te: "trailers" };
      const path = "/messaging_pb.SeaweedS3IamCache/ListPolicies";
      const stream = session.request({ ":method": "POST", ":path": path, ...headers });
      stream.on("error", () => end("refused"));
      stream.on("response", (answer) => answer["grpc-status"] !== undefined && end(`status ${answer["grpc-status"]}`));
      stream.on("trailers", (trailers) => end(`status ${trailers["grpc-status"]}`));
      stream.resume();
      stream.end(Buffer.alloc(5));
    });
  it("answers the store itself, and refuses plain text, no certificate and another service's", async () => {
    expect(await ask(leaf("objectstore"), "https")).toBe("status 0");
    expect(await ask({}, "http")).toBe("refused");
    expect(await ask({ ca: ca() }, "https")).toBe("refused");
    for (const service of ["prometheus", "portal", "worker"]) expect(await ask(leaf(service), "https")).toBe("refused");
  });
});

describe("from the edge to mqtt-proxy", () => {
  // PROXY protocol, version 2: TCP over IPv4, from 192.0.2.1:4711 to 192.0.2.2:8883.
  const header = Buffer.from("0d0a0d0a000d0a515549540a2111000cc0000201c0000202126722b3", "hex");
  const handshake = async (servername: string, first: Buffer) => {
    const socket = connectTcp(8883, addressOf("mqtt-proxy"));
    await once(socket, "connect");
    socket.write(first);
    const secured = connect({ socket, servername, ca: ca() });
    const end = await Promise.race([
      once(secured, "secureConnect").then(() => secured.getProtocol()),
      once(secured, "close").then(() => "closed"),
    ]).catch((error: NodeJS.ErrnoException) => error.code ?? error.message);
    secured.destroy();
    return end;
  };
  it("port 8883 proves its name to whoever names the client, and speaks to nobody else", async () => {
    expect(await handshake("mqtt-proxy", header)).toBe("TLSv1.3");
    expect(await handshake("mosquitto", header)).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(await handshake("mqtt-proxy", Buffer.alloc(0))).toBe("ECONNRESET");
  });

  it("is given up by the edge when another than mqtt-proxy answers there", async () => {
    const files = ["tls.crt", "tls.key"].map((name) => join(stateDir, "secrets/tls/mqtt-proxy", name));
    const own = files.map((file) => readFileSync(file));
    const id = everybody.find((one) => one.service === "mqtt-proxy")?.id ?? "";
    const ways = [`mqtts://localhost:${mqttsPort}`, `wss://localhost:${httpsPort}/mqtt`];
    const present = async (pair: Buffer[]) => {
      // In place: the files keep their owner.
      files.forEach((file, i) => void writeFileSync(file, pair[i] ?? ""));
      await docker("restart", id);
      await eventually(async () =>
        expect((await docker("inspect", "-f", "{{.State.Health.Status}}", id)).trim()).toBe("healthy"),
      );
    };
    try {
      const { cert, key } = leaf("postgres");
      await present([cert, key]);
      const edge = everybody.find((one) => one.service === "traefik")?.id ?? "";
      for (const way of ways) expect(await tryConnect(way, {})).not.toMatch(/not authorized|connected$/i);
      const words = /certificate is valid for postgres, localhost, not mqtt-proxy/;
      await eventually(async () => expect(await docker("logs", "--since", "1m", edge)).toMatch(words), 10_000);
    } finally {
      await present(own);
    }
    for (const way of ways)
      await eventually(async () => expect(await tryConnect(way, {})).toMatch(/not authorized/i), 60_000);
  });

  it("from there on the way is a file of these two containers, closed to others", async () => {
    const sockets = everybody.filter((one) => one.mounts.some((m) => m.source.includes(`${project}_mqtt-sockets`)));
    expect(sockets.map((one) => one.service).sort()).toEqual(["mosquitto", "mqtt-proxy"]);
    const [broker = ""] = sockets.filter((one) => one.service === "mosquitto").map((one) => one.id);
    const modes = await docker(
      "exec",
      broker,
      "stat",
      "-c",
      "%a %u:%g %n",
      "/var/tmp/mqtt.sock",
      "/var/tmp/websocket.sock",
    );
    expect(modes.trim().split("\n")).toEqual([
      "770 1883:1883 /var/tmp/mqtt.sock",
      "770 1883:1883 /var/tmp/websocket.sock",
    ]);
    // Plain MQTT on no network: its one listening port speaks TLS.
    expect(listening(everybody.find((one) => one.service === "mosquitto")?.pid ?? 0)).toEqual([8884]);
  });

  let id = "";
  afterAll(async () => {
    if (id) await docker("rm", "-f", id);
  });
  it("is needed because Mosquitto takes version 2 on no TLS listener: once it does, the edge can do without", async () => {
    const image = (
      await docker("inspect", "-f", "{{.Config.Image}}", everybody.find((m) => m.service === "mosquitto")?.id ?? "")
    ).trim();
    const script =
      "sed '/^listener 8884/a enable_proxy_protocol 2' /config/mosquitto.conf >/tmp/c && exec mosquitto --test-config -c /tmp/c";
    const mounts = ["-v", `${join(root, "infra/mosquitto")}:/config:ro`];
    id = (
      await docker("create", "--network", "none", ...mounts, "--entrypoint", "sh", image, "-c", `${script} 2>&1`)
    ).trim();
    const out = await command("sh", ["-c", 'docker start -a "$1" || :', "sh", id]);
    expect(out).toContain("certfile and keyfile cannot be used with `enable_proxy_protocol 2`");
  });
});
