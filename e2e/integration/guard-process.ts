// docker-guard as a process of its own, so that a test can kill it: node guard-process.ts '{"engineSocket": …}'.
import pino from "pino";
import { startGuard } from "../../lib/guard/server.ts";

await startGuard({ ...JSON.parse(process.argv[2] ?? "{}"), log: pino() });
