// Who the broker thinks its clients are: the address each one has at the edge, whatever it claims, and again after a restart
// of either end of the way between.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { networkInterfaces } from "node:os";
import { text } from "node:stream/consumers";
import { connect, type TLSSocket } from "node:tls";
import type { IClientOptions } from "mqtt";
import { beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../lib/platform/test-daemons.ts";
import { ca, caFile, container, docker, httpsPort, mqttsPort, project } from "../stack.ts";
import { tryConnect } from "../tools/mqtt-client.ts";
import { type Member, members } from "../tools/namespaces.ts";

const ways = [
  ["MQTT over TLS", `mqtts://localhost:${mqttsPort}`],
  ["MQTT over WebSocket", `wss://localhost:${httpsPort}/mqtt`],
] as const;
const forged = "198.51.100.77";
const ownAddresses = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address));
const brokerLog = async () => docker("logs", "--tail", "2000", await container("mosquitto"));

/** Nobody, under a name of its own: the broker refuses it, and its log says from where it came. */
async function knock(address: string, options: IClientOptions = {}): Promise<string> {
  const clientId = `nobody-${randomUUID().slice(0, 8)}`;
  expect(await tryConnect(address, { clientId, ...options })).toMatch(/not authorized/i);
  return clientId;
}

/** The address in the broker's log. */
const cameFrom = (clientId: string) =>
  eventually(async () => {
    const [, address] = new RegExp(`Client ${clientId} \\[(.+):\\d+\\] disconnected`).exec(await brokerLog()) ?? [];
    if (!address) throw new Error(`the broker's log does not name ${clientId}`);
    return address;
  }, 10_000);

const isOwn = (address: string) => {
  expect(ownAddresses).toContain(address);
  expect(stack.flatMap((member) => member.networks.map((n) => n.address))).not.toContain(address);
};

let stack: Member[] = [];
beforeAll(async () => {
  stack = await members();
});

describe.each(ways)("%s", (_name, address) => {
  it("shows this machine as the client of the published port", async () => {
    isOwn(await cameFrom(await knock(address)));
  });

  it("takes nobody's word for another address", async () => {
    const headers = { "X-Forwarded-For": forged, "X-Real-Ip": forged, Forwarded: `for=${forged}` };
    isOwn(await cameFrom(await knock(address, { wsOptions: { headers } })));
  });
});

it("shows another machine's own address", async () => {
  const script = "hostname -i && ! mosquitto_pub -h traefik -p 8883 --cafile /ca.crt --insecure -i $0 -t t -n";
  const image = (await docker("inspect", "-f", "{{.Config.Image}}", await container("mosquitto"))).trim();
  const clientId = `nobody-${randomUUID().slice(0, 8)}`;
  const network = ["--network", `${project}_public`, "-v", `${caFile}:/ca.crt:ro`];
  const own = await docker("run", "--rm", ...network, "--entrypoint", "sh", image, "-c", script, clientId);
  expect(await cameFrom(clientId)).toBe(own.trim());
});

describe("a PROXY header of a client's own", () => {
  const header = `PROXY TCP4 ${forged} 10.0.0.1 4711 8883\r\n`;
  /** "closed" with whatever came back, once the edge hangs up. */
  const sent = async (socket: TLSSocket, bytes: string | Buffer) => {
    socket.on("error", () => {});
    socket.write(bytes);
    return `closed ${await text(socket).catch(() => "")}`;
  };
  const secure = async () => {
    const socket = connect({ port: mqttsPort, host: "localhost", servername: "localhost", ca: ca() });
    await once(socket, "secureConnect");
    return socket;
  };

  it("inside TLS is no MQTT: the connection ends, the broker never hears of it", async () => {
    const version2 = Buffer.from("0d0a0d0a000d0a515549540a2111000cc633644d0a000001126722b3", "hex");
    expect(await sent(await secure(), header)).toBe("closed ");
    expect(await sent(await secure(), version2)).toBe("closed ");
    expect(await brokerLog()).not.toContain(forged);
  });

  it("before TLS is no TLS", async () => {
    const socket = connectTcp(mqttsPort, "localhost");
    socket.on("error", () => {});
    await once(socket, "connect");
    socket.write(header);
    const secured = connect({ socket, servername: "localhost", ca: ca() });
    const [error] = (await once(secured, "error")) as [Error];
    expect(error.message).toMatch(/ECONNRESET|wrong version|disconnected|alert/i);
    expect(await brokerLog()).not.toContain(forged);
  });
});

it("many who come at once are all answered", async () => {
  const all = await Promise.all(Array.from({ length: 150 }, () => knock(ways[0][1], { connectTimeout: 60_000 })));
  expect(new Set(all).size).toBe(150);
});

describe.each(["mqtt-proxy", "mosquitto"])("after a restart of %s", (service) => {
  // The edge drops a route that has no healthy container and takes it up again up to 2 s later: a row of answers is over it.
  const steady = async (address: string) => {
    let last = "";
    for (let i = 0; i < 40; i++) last = await knock(address, { connectTimeout: 3_000 });
    return last;
  };
  it("clients come back by themselves and are known as before", async () => {
    await docker("restart", await container(service));
    for (const [, address] of ways) isOwn(await cameFrom(await eventually(() => steady(address), 90_000)));
  });
});
