// The broker's accounts and metrics on a real Mosquitto with the stack's own settings.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BrokerLogin, connectBroker, withControl } from "../platform/broker.ts";
import { registry } from "../platform/metrics.ts";
import { type Daemon, eventually, startDaemon, testFolder } from "../platform/test-daemons.ts";
import { ensureAccounts } from "./broker-accounts.ts";
import { exportBrokerMetrics } from "./broker-metrics.ts";

const { folder, remove } = testFolder({ admin_password: "admin-password-of-the-test" });
const admin: BrokerLogin = { username: "admin", password: "admin-password-of-the-test", clientId: "setup" };
const password = "w".repeat(43);
const portal: BrokerLogin = { username: "portal", password, clientId: "taylordash-portal" };
const worker: BrokerLogin = { username: "worker", password, clientId: "taylordash-worker" };
let daemon: Daemon;

const works = (login: BrokerLogin) =>
  connectBroker(login).then(
    (client) => client.endAsync(true).then(() => true),
    () => false,
  );
const ensure = (wanted = password) => withControl(admin, (send) => ensureAccounts(send, wanted, works));

beforeAll(async () => {
  const settings = join(import.meta.dirname, "../../infra/mosquitto/mosquitto.conf");
  daemon = startDaemon("eclipse-mosquitto:2.1.2-alpine", {
    ports: [8884],
    args: [
      ...[
        "-v",
        `${folder}:/run/tls:ro`,
        "-v",
        `${folder}:/run/secrets:ro`,
        "-v",
        `${settings}:/mosquitto/config/mosquitto.conf:ro`,
      ],
      ...["--tmpfs", "/mosquitto/data:uid=1883,mode=700", "--user", "1883:1883"],
    ],
  });
  Object.assign(process.env, {
    TAYLORDASH_ROLE: "worker",
    TAYLORDASH_PROJECT: "test",
    TAYLORDASH_ORIGIN: "https://localhost",
    TAYLORDASH_MQTT_URL: `mqtts://localhost:${daemon.port(8884)}`,
    TAYLORDASH_TLS: folder,
  });
  await eventually(async () => expect(await works(admin)).toBe(true), 30_000);
});

afterAll(() => {
  daemon?.stop();
  remove();
});

describe("the broker's accounts", () => {
  it("are made once", async () => {
    expect(await works(portal)).toBe(false);
    expect(await ensure()).toEqual(expect.arrayContaining(["account portal", "account worker"]));
    expect([await works(portal), await works(worker)]).toEqual([true, true]);
    expect(await ensure()).toEqual([]);
  });
  it("are locked to their client id and password", async () => {
    expect(await works({ ...portal, clientId: "somebody" })).toBe(false);
    expect(await works({ ...portal, password: "x".repeat(43) })).toBe(false);
  });
  it("are repaired after a change by hand", async () => {
    await withControl(admin, (send) =>
      send([
        { command: "setClientPassword", username: "portal", password: "somebody-elses-idea" },
        { command: "removeClientRole", username: "worker", rolename: "taylordash-worker" },
        { command: "addRoleACL", rolename: "taylordash-worker", acltype: "publishClientSend", topic: "#", allow: true },
      ]),
    );
    expect((await ensure()).sort()).toEqual(["password of portal", "role of worker", "rules of taylordash-worker"]);
    expect(await ensure()).toEqual([]);
  });
  it("let the portal steer accounts and the worker not", async () => {
    const [answer] = await withControl(portal, (send) => send([{ command: "listClients" }]));
    expect(answer?.data).toMatchObject({ clients: ["admin", "portal", "worker"] });
    const client = await connectBroker(worker);
    await expect(client.publishAsync("$CONTROL/dynamic-security/v1", "{}", { qos: 1 })).rejects.toThrow(
      /not authorized/i,
    );
    await client.endAsync(true);
  });
});

describe("the broker's metrics", () => {
  it("come from $SYS under our own names", async () => {
    const stop = new AbortController();
    const running = exportBrokerMetrics(() => worker, stop.signal);
    await eventually(async () => {
      expect(await registry.metrics()).toMatch(/^taylordash_mqtt_up 1$/m);
      expect(await registry.metrics()).toMatch(/^taylordash_mqtt_clients_connected [1-9]/m);
    }, 30_000);
    stop.abort();
    await running;
  });
});
