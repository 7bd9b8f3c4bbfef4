// Runs in a container's network namespace: tries every target on stdin at once and says on stdout what each answered.
import { connect, type NetConnectOpts } from "node:net";
import { text } from "node:stream/consumers";
import type { Answer, Target } from "./namespaces.ts";

const connectMs = 2_000;
const answerMs = 3_000;

function attempt({ host, port, path, send }: Target): Promise<Answer> {
  const to: NetConnectOpts = path === undefined ? { host, port: port ?? 0 } : { path };
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(to);
    const end = (open: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ open, answer });
    };
    let timer = setTimeout(() => end(false), connectMs);
    socket.on("error", () => end(answer !== ""));
    socket.on("connect", () => {
      if (send === undefined) return end(true);
      clearTimeout(timer);
      timer = setTimeout(() => end(true), answerMs);
      socket.on("data", (chunk) => {
        answer += chunk.toString("latin1");
        if (answer.length > 4_096) end(true);
      });
      socket.on("close", () => end(true));
      socket.write(send);
    });
  });
}

const targets = JSON.parse(await text(process.stdin)) as Target[];
process.stdout.write(JSON.stringify(await Promise.all(targets.map(attempt))));
