// Mosquitto has no metrics endpoint; its $SYS topics become taylordash_mqtt_* here.
import { setTimeout as sleep } from "node:timers/promises";
import { type BrokerLogin, connectBroker } from "../platform/broker.ts";
import { messageOf } from "../platform/errors.ts";
import { log } from "../platform/log.ts";
import { Gauge, registry } from "../platform/metrics.ts";

const topics: Record<string, [name: string, help: string]> = {
  "clients/connected": ["clients_connected", "Clients connected now"],
  "clients/total": ["clients_known", "Clients connected or with a stored session"],
  "messages/received": ["messages_received_total", "Messages of any type received since the broker started"],
  "messages/sent": ["messages_sent_total", "Messages of any type sent since the broker started"],
  "publish/messages/dropped": ["publish_dropped_total", "Publishes dropped because a queue was full"],
  "publish/messages/received": ["publish_received_total", "Publishes received since the broker started"],
  "publish/messages/sent": ["publish_sent_total", "Publishes sent since the broker started"],
  "bytes/received": ["received_bytes_total", "Bytes received since the broker started"],
  "bytes/sent": ["sent_bytes_total", "Bytes sent since the broker started"],
  "retained messages/count": ["retained_messages", "Retained messages held"],
  "subscriptions/count": ["subscriptions", "Subscriptions held"],
  "store/messages/bytes": ["stored_bytes", "Bytes of stored messages"],
  uptime: ["uptime_seconds", "Seconds since the broker started"],
};

const gauge = (name: string, help: string) =>
  new Gauge({ name: `taylordash_mqtt_${name}`, help, registers: [registry] });

/** The number in a $SYS payload ("12", "3.5", "42 seconds"), or null. */
export function sysValue(payload: string): number | null {
  const match = /^(-?\d+(?:\.\d+)?)(?: seconds)?$/.exec(payload.trim());
  return match ? Number(match[1]) : null;
}

/** Follows the broker until the signal fires; `up` is 0 and the other values stand still while it is away. */
export async function exportBrokerMetrics(login: () => BrokerLogin, signal: AbortSignal): Promise<void> {
  const up = gauge("up", "1 while the worker is connected to the broker");
  const gauges = new Map(
    Object.entries(topics).map(([topic, [name, help]]) => [`$SYS/broker/${topic}`, gauge(name, help)]),
  );
  up.set(0);
  while (!signal.aborted) {
    try {
      const client = await connectBroker(login());
      const gone = new Promise<void>((resolve) => {
        client.once("close", resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
      client.on("error", (error) => log.warn({ err: error }, "connection to the broker failed"));
      client.on("message", (topic, payload) => {
        const value = sysValue(payload.toString("utf8"));
        if (value !== null) gauges.get(topic)?.set(value);
      });
      // One filter, since only the literal `$SYS/#` may be subscribed to.
      await client.subscribeAsync("$SYS/#");
      up.set(1);
      await gone;
      await client.endAsync(true);
    } catch (error) {
      log.debug({ cause: messageOf(error) }, "the broker is not to be had yet");
    }
    up.set(0);
    await sleep(5_000, undefined, { signal }).catch(() => undefined);
  }
}
