// Every secret value is looked for where it must not be: environment, inspect, compose config, logs, process arguments.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { command, containers, docker, httpPort, project, root, stateDir } from "../stack.ts";

const dir = join(stateDir, "secrets");

/** Values of at least 16 characters out of every secret file; structured files are taken apart. */
function secretValues(): Map<string, string> {
  const values = new Map<string, string>();
  for (const file of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
    const path = join(dir, file);
    if (!statSync(path).isFile() || file.endsWith(".crt") || file.startsWith("host-ca")) continue;
    const text = readFileSync(path, "utf8");
    const parts = file.endsWith(".key")
      ? text.split("\n").filter((line) => line.length > 40 && !line.startsWith("-----"))
      : text.split(/[\s"=,{}[\]:]+/).filter((word) => /^[\w+/-]{24,}$/.test(word) && /\d/.test(word));
    for (const part of parts) values.set(part, file);
  }
  return values;
}

const found = (text: string, values: Map<string, string>) =>
  [...values].filter(([value]) => text.includes(value)).map(([, file]) => file);

const values = secretValues();
const ids: string[] = [];
beforeAll(async () => {
  ids.push(...(await containers()).values());
});

describe("secret values", () => {
  it("exist, one file a secret and consumer, and the search finds a planted one", () => {
    expect(values.size).toBeGreaterThan(8);
    const [planted] = values.keys();
    expect(found(`PASSWORD=${planted}`, values)).toHaveLength(1);
  });

  it("are in no `docker inspect`, environment included", async () => {
    expect(found(await docker("inspect", ...ids), values)).toEqual([]);
  });

  it("are in no `docker compose config`", async () => {
    const out = await command("docker", [
      ...["compose", "--project-directory", root, "-f", join(root, "docker-compose.yml"), "-p", project],
      ...["--env-file", join(stateDir, "settings.env"), "config"],
    ]);
    expect(out).toContain(String(httpPort));
    expect(found(out, values)).toEqual([]);
  });

  it("are in no container's log", async () => {
    for (const id of ids) {
      const child = await command("sh", ["-c", 'docker logs "$1" 2>&1', "sh", id]);
      expect(found(child, values), id).toEqual([]);
    }
  });

  it("are in no process's environment or arguments", async () => {
    for (const id of ids) {
      const pids = (await docker("top", id, "-eo", "pid")).trim().split("\n").slice(1);
      for (const pid of pids.map((p) => p.trim())) {
        const text = ["environ", "cmdline"].map((file) => readProc(pid, file)).join("\n");
        expect(found(text, values), `${id} ${pid}`).toEqual([]);
      }
    }
  });

  it("are in no log file of the host command", () => {
    const logs = join(stateDir, "logs");
    for (const file of readdirSync(logs, { recursive: true, encoding: "utf8" })) {
      const path = join(logs, file);
      if (statSync(path).isFile()) expect(found(readFileSync(path, "utf8"), values), file).toEqual([]);
    }
  });

  // `up` printed it to the terminal, which a test run keeps; a stack that was there before has none to look for.
  const terminal = join(root, ".cache/test-logs/stack-up.log");
  const printed = existsSync(terminal)
    ? /one-time password: +(\S+)/.exec(readFileSync(terminal, "utf8"))?.[1]
    : undefined;
  it.skipIf(!existsSync(terminal))(
    "have no company in a log: the first password went to the terminal alone",
    async () => {
      expect(printed, `the first password in ${terminal}`).toBeTruthy();
      const once = new Map([[printed ?? "", "one-time password"]]);
      for (const id of ids) expect(found(await docker("logs", id), once)).toEqual([]);
      const logs = join(stateDir, "logs");
      const texts = readdirSync(logs).map((file) => readFileSync(join(logs, file), "utf8"));
      expect(texts.filter((text) => text.includes("the first admin"))).not.toEqual([]);
      expect(texts.flatMap((text) => found(text, once))).toEqual([]);
    },
  );
  it("lie in a directory only root enters, each file readable by its owner alone", () => {
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(dir, { recursive: true, encoding: "utf8" })) {
      const { mode } = statSync(join(dir, file));
      if (statSync(join(dir, file)).isFile() && !file.startsWith("host-ca") && !file.endsWith("ca.crt"))
        expect(mode & 0o777, file).toBe(0o400);
    }
  });
});

// A probe of a healthcheck may end between `top` and the read.
function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
