// One attempt to connect to the broker through the edge.
import mqtt, { type IClientOptions } from "mqtt";
import { ca } from "../stack.ts";

/** "connected", or the broker's reason in words; "closed" where it gave none. */
export function tryConnect(address: string, options: IClientOptions): Promise<string> {
  return new Promise((resolve) => {
    const client = mqtt.connect(address, { ca: ca(), reconnectPeriod: 0, connectTimeout: 10_000, ...options });
    const end = (word: string) => {
      client.end(true);
      resolve(word);
    };
    client.on("connect", () => end("connected"));
    client.on("error", (error) => end(error.message));
    client.on("close", () => end("closed"));
  });
}
