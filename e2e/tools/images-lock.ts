// The tags of the stack's images are one for the whole machine: of the tests that move them, and those that must find them
// where they are, one at a time has them.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { project } from "../stack.ts";

const place = join(tmpdir(), `taylordash-test-images-${project}`);
const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;

/** Whether the process that wrote its number there is no more. */
function isLeftOver(): boolean {
  try {
    process.kill(Number(readFileSync(place, "utf8")), 0);
    return false;
  } catch (error) {
    return codeOf(error) === "ESRCH";
  }
}

/** Waits for its turn; answers how to end it. */
export async function holdImages(): Promise<() => void> {
  for (;;) {
    try {
      writeFileSync(place, String(process.pid), { flag: "wx" });
      return () => rmSync(place, { force: true });
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw error;
    }
    if (isLeftOver()) rmSync(place, { force: true });
    await sleep(250);
  }
}
