// Entry point of docker-guard, the only holder of the raw Docker socket.
import { env } from "../platform/env.ts";
import { log } from "../platform/log.ts";
import { startGuard } from "./server.ts";

const { dockerSocket, guardDir, project } = env();
const desiredDirectory = "/var/lib/taylordash/desired";
const stop = await startGuard({ engineSocket: dockerSocket, directory: guardDir, desiredDirectory, project, log });
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void stop().then(() => process.exit(0)));
}
