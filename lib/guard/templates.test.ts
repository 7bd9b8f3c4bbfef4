import { describe, expect, it } from "vitest";
import { helperBody, helperTemplates, probeBody } from "./templates.ts";

describe.each(helperTemplates)("the helper %s", (template) => {
  const imageId = `sha256:${"a".repeat(64)}`;
  const helper = { template, volume: "taylordash_data" };
  const body = helperBody({ helper, project: "taylordash", imageId, name: "taylordash-x" });
  it("has no right of the host's but to read its one volume", () => {
    expect(body).toMatchObject({ Image: imageId, Env: [], NetworkDisabled: true, Healthcheck: { Test: ["NONE"] } });
    expect(body.HostConfig).toEqual({
      ...{ NetworkMode: "none", IpcMode: "none", ReadonlyRootfs: true, Privileged: false },
      ...{ CapDrop: ["ALL"], CapAdd: ["DAC_READ_SEARCH"], SecurityOpt: ["no-new-privileges:true"] },
      ...{ Memory: 67_108_864, MemorySwap: 67_108_864, NanoCpus: 500_000_000, PidsLimit: 8 },
      ...{ RestartPolicy: { Name: "no" }, LogConfig: { Type: "json-file", Config: expect.any(Object) } },
      Mounts: [expect.objectContaining({ Type: "volume", Source: "taylordash_data", ReadOnly: true })],
    });
  });
  it("is nobody's service", () => {
    expect(body.Labels).toEqual({
      ...{ "com.docker.compose.project": "taylordash", "com.docker.compose.oneoff": "True" },
      "taylordash.helper": template,
    });
  });
});

describe("the probe", () => {
  it.each([
    [["CMD", "node", "/app/health.js"], null, ["node", "/app/health.js"]],
    [["CMD-SHELL", "exit 1"], null, ["/bin/sh", "-c", "exit 1"]],
    [
      ["CMD-SHELL", "exit 1"],
      ["/bin/bash", "-ec"],
      ["/bin/bash", "-ec", "exit 1"],
    ],
  ])("runs %j with the shell %j as %j", (Test, shell, Cmd) => {
    const body = probeBody({ Test }, shell);
    expect(body).toMatchObject({ Cmd, Privileged: false, AttachStdin: false });
    expect(body).not.toHaveProperty("User");
  });
  it.each([
    undefined,
    null,
    {},
    { Test: null },
    { Test: [] },
    { Test: ["NONE"] },
    { Test: ["CMD"] },
    { Test: ["X", "a"] },
  ])("is none for %j", (healthcheck) => {
    expect(probeBody(healthcheck, null)).toBeNull();
  });
});
