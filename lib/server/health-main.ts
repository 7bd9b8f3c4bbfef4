// Healthcheck of the three entry points: exit code 0 when the named one is ready, else its reasons on stdout.
import http from "node:http";
import https from "node:https";
import { join } from "node:path";

type Target = { secure: boolean; options: https.RequestOptions };

const guardDir = process.env.TAYLORDASH_GUARD_DIR || "/run/guard";
const port = process.env.TAYLORDASH_PORT;
// The loopback address is in the certificate, and the stack's CA comes from NODE_EXTRA_CA_CERTS.
const targets: Record<string, Target> = {
  portal: { secure: true, options: { host: "localhost", port: port || 3000, path: "/api/health/live" } },
  worker: { secure: false, options: { host: "127.0.0.1", port: port || 9464, path: "/health/ready" } },
  guard: { secure: false, options: { socketPath: join(guardDir, "portal/docker.sock"), path: "/_ping" } },
};

const say = (text: string) => process.stdout.write(`${text.slice(0, 2_000)}\n`);
const target = targets[process.argv[2] ?? ""];
if (!target) {
  say(`usage: health.js ${Object.keys(targets).join("|")}`);
  process.exit(2);
}
const request = (target.secure ? https : http).get({ ...target.options, timeout: 4_000, agent: false }, (response) => {
  let body = "";
  response.on("data", (chunk) => {
    body += chunk;
  });
  response.on("end", () => {
    say(`${response.statusCode} ${body}`);
    process.exit(response.statusCode === 200 ? 0 : 1);
  });
});
request.on("timeout", () => request.destroy(new Error("no answer within 4 s")));
request.on("error", (error) => {
  say(error.message);
  process.exit(1);
});
