// How many event streams the portal holds open, by its own metrics.
import { container, docker } from "./stack.ts";

export async function openStreams(): Promise<number> {
  const read = "fetch('https://portal:3000/api/metrics').then((a) => a.text()).then((t) => console.log(t))";
  const text = await docker("exec", await container("portal"), "node", "-e", read);
  return Number(/^taylordash_event_streams (\d+)$/m.exec(text)?.[1] ?? 0);
}
