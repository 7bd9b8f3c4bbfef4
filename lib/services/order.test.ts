import { expect, it } from "vitest";
import { sentenceOf } from "./order.ts";

const id = `sha256:${"0123456789ab".padEnd(64, "c")}`;

it.each([
  [{ step: "rename", container: "td-web-1", message: "td-web-1.previous" }, "td-web-1 set aside as td-web-1.previous"],
  [
    { step: "create", container: "td-web-1", message: `web:1 (${id})` },
    "td-web-1 being made of web:1 (sha256:0123456789ab)",
  ],
  [{ step: "stop", container: "td-web-1.previous", message: null }, "Stopping td-web-1.previous"],
  [
    { step: "probe", container: "td-web-1", message: "exit code 1: no\n such" },
    "td-web-1 healthcheck, exit code 1: no such",
  ],
  [
    { step: "choose", container: null, message: "3 replicas" },
    "Noting the choice, which ./taylordash up keeps to: 3 replicas",
  ],
  [{ step: "a new step", container: "td-web-1", message: null }, "td-web-1 a new step"],
])("reads %o as %j", (step, sentence) => {
  expect(sentenceOf(step)).toBe(sentence);
});
