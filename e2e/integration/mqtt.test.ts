// The broker through the edge: TLS on the published port and WebSocket, nobody anonymous.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { httpsPort, mqttsPort, stateDir } from "../stack.ts";
import { tryConnect } from "../tools/mqtt-client.ts";

const tcp = `mqtts://localhost:${mqttsPort}`;
const websocket = `wss://localhost:${httpsPort}/mqtt`;

const admin = () => readFileSync(join(stateDir, "secrets/mosquitto/admin_password"), "utf8").trim();

describe.each([
  ["MQTT over TLS", tcp],
  ["MQTT over WebSocket", websocket],
])("%s", (_name, address) => {
  it("refuses anonymous clients", async () => {
    expect(await tryConnect(address, {})).toMatch(/not authorized/i);
  });
  it("refuses a wrong password", async () => {
    expect(await tryConnect(address, { username: "admin", password: "wrong" })).toMatch(/not authorized/i);
  });
  it("lets a known account in", async () => {
    expect(await tryConnect(address, { username: "admin", password: admin() })).toBe("connected");
  });
});

describe("the broker", () => {
  it("knows the portal's own account, locked to its client id", async () => {
    const password = readFileSync(join(stateDir, "secrets/portal/mqtt_password"), "utf8").trim();
    const as = (clientId: string) => tryConnect(tcp, { username: "portal", password, clientId });
    expect(await as("someone-else")).toMatch(/not authorized/i);
    expect(await as("taylordash-portal")).toBe("connected");
  });
});
