import { describe, expect, it } from "vitest";
import { bytesOf } from "./docker-guard.ts";

const ran = { exitCode: 0, output: "4096\t/volume\n", errors: "", truncated: false };
const vanished = "du: cannot access '/volume/a': No such file or directory\n";

describe("what a volume takes", () => {
  it("is the sum", () => {
    expect(bytesOf(ran)).toBe(4096);
    expect(bytesOf({ ...ran, output: "0\t/volume\n" })).toBe(0);
  });
  it("stands though files went meanwhile", () => {
    expect(bytesOf({ ...ran, exitCode: 1, errors: vanished.repeat(3) })).toBe(4096);
  });
  it.each([
    [
      { exitCode: 1, errors: `${vanished}du: cannot read directory '/volume/b': Input/output error\n` },
      "Input/output error",
    ],
    [{ exitCode: 1, errors: "du: cannot read directory '/volume/b': Permission denied\n" }, "Permission denied"],
    [{ exitCode: 137, output: "" }, "out of memory"],
    [{ exitCode: 124, output: "" }, "exit code 124"],
    [{ exitCode: 0, output: "" }, "exit code 0"],
    [{ exitCode: 1, errors: `${vanished}du: cannot acc`, truncated: true }, "too many files went"],
  ])("is not known after %j", (change, why) => {
    expect(() => bytesOf({ ...ran, ...change })).toThrow(why);
  });
});
