// Entry point of docker-guard, the only holder of the raw Docker socket.
import { statSync } from "node:fs";
import { env } from "../platform/env.ts";
import { log } from "../platform/log.ts";
import { startGuard } from "./server.ts";

const { dockerSocket, guardDir, project } = env();
const desiredDirectory = "/var/lib/taylordash/desired";

/**
 * An engine that was restarted under its running containers (`live-restore`) made its socket anew: the one mounted here
 * is gone for good, its inode has no name left. A container that starts again is given the new one.
 */
function leaveIfReplaced() {
  const found = statSync(dockerSocket, { throwIfNoEntry: false });
  if (found?.nlink !== 0) return;
  log.warn("the engine's socket was made anew, which only a new start can mount: ending");
  process.exit(1);
}

const stop = await startGuard({
  ...{ engineSocket: dockerSocket, directory: guardDir, desiredDirectory, project, log },
  onUnreachable: leaveIfReplaced,
});
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => void stop().then(() => process.exit(0)));
}
