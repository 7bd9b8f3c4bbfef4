// Mosquitto's dynamic security, by command and answer on its control topic.
import { randomUUID } from "node:crypto";
import mqtt from "mqtt";
import { z } from "zod";
import { env, stackCa } from "./env.ts";
import { Unavailable } from "./errors.ts";

const topic = "$CONTROL/dynamic-security/v1";
const Answers = z.object({
  responses: z.array(
    z.looseObject({ command: z.string(), error: z.string().optional(), correlationData: z.string().optional() }),
  ),
});
export type ControlAnswer = z.infer<typeof Answers>["responses"][number];
export type ControlCommand = { command: string } & Record<string, unknown>;

export type BrokerLogin = { username: string; password: string; clientId: string };

export function connectBroker(login: BrokerLogin, options: mqtt.IClientOptions = {}): Promise<mqtt.MqttClient> {
  return mqtt.connectAsync(
    env().mqttUrl,
    {
      ca: stackCa(),
      protocolVersion: 5,
      clean: true,
      connectTimeout: 5_000,
      reconnectPeriod: 0,
      ...options,
      username: login.username,
      password: login.password,
      clientId: login.clientId,
    },
    false,
  );
}

/** Opens one control session, hands over `send`, closes it. Answers go to every subscriber, so ours are told by id. */
export async function withControl<T>(login: BrokerLogin, work: (send: SendCommands) => Promise<T>): Promise<T> {
  const client = await connectBroker(login);
  try {
    await client.subscribeAsync(`${topic}/response`);
    return await work((commands) => sendCommands(client, commands));
  } finally {
    await client.endAsync(true).catch(() => undefined);
  }
}

export type SendCommands = (commands: ControlCommand[]) => Promise<ControlAnswer[]>;

function sendCommands(client: mqtt.MqttClient, commands: ControlCommand[]): Promise<ControlAnswer[]> {
  const id = randomUUID();
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clearTimeout(timer);
      client.off("message", onMessage);
      settle();
    };
    const timer = setTimeout(
      () =>
        finish(() => reject(new Unavailable("broker-silent", "The broker did not answer a control command in 5 s."))),
      5_000,
    );
    const onMessage = (_topic: string, payload: Buffer) => {
      const parsed = Answers.safeParse(JSON.parse(payload.toString("utf8")));
      if (!parsed.success) return;
      const mine = parsed.data.responses.filter(({ correlationData }) => correlationData === id);
      if (mine.length > 0) finish(() => resolve(mine));
    };
    client.on("message", onMessage);
    const body = JSON.stringify({ commands: commands.map((command) => ({ ...command, correlationData: id })) });
    client.publishAsync(topic, body, { qos: 1 }).catch((error) => finish(() => reject(error)));
  });
}
