"use client";
import { CircleCheck, CircleX, LoaderCircle } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog } from "@/app/_ui/dialog";
import { keepDraft } from "@/app/_ui/draft";
import { type OperationLine, operation } from "@/app/_ui/read-lines";
import { GiveCode } from "../../_identity/problem";
import { draftOf, type Verb, words } from "./verbs";

type Props = { verb: Verb; service: string; title: string; usedBy: readonly string[]; onClose: () => void };

/** asked -> running (live output) -> done | failed. Closing it does not end what runs. */
export function OperateDialog({ verb, service, title, usedBy, onClose }: Props) {
  const [lines, setLines] = useState<OperationLine[]>([]);
  const [running, setRunning] = useState(false);
  const last = lines.at(-1);
  const result = last && "result" in last ? last : null;

  async function run() {
    setRunning(true);
    setLines([]);
    for await (const line of operation(`/api/v1/services/${encodeURIComponent(service)}/${verb}`)) {
      setLines((before) => [...before, line]);
    }
    setRunning(false);
  }

  return (
    <Dialog title={words[verb].question(title)} onClose={onClose}>
      {lines.length === 0 && !running ? (
        <div className="flex flex-col gap-2 text-muted">
          <p>{words[verb].loss}</p>
          {usedBy.length > 0 && verb !== "start" ? (
            <p>
              It is used by <strong className="font-semibold text-text">{usedBy.join(", ")}</strong>.
            </p>
          ) : null}
        </div>
      ) : null}
      {lines.length > 0 || running ? (
        <ol
          aria-live="polite"
          className="flex max-h-56 flex-col gap-1 overflow-auto rounded-md bg-sunken p-3 font-mono text-sm"
        >
          {lines.map((line, index) => (
            <li key={index} className={"result" in line ? "flex items-start gap-2 font-sans font-semibold" : ""}>
              {"result" in line ? <Outcome line={line} /> : line.text}
            </li>
          ))}
          {running ? (
            <li className="flex items-center gap-2 text-muted">
              <LoaderCircle className="size-4 animate-spin" aria-hidden /> working
            </li>
          ) : null}
        </ol>
      ) : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button autoFocus={verb === "stop"} onClick={(event) => event.currentTarget.closest("dialog")?.close()}>
          {result || running ? "Close" : "Cancel"}
        </Button>
        {result?.code === "step-up-needed" ? <GiveCode keep={() => keepDraft(draftOf(service), verb)} /> : null}
        {!running && result?.result !== "done" && result?.code !== "step-up-needed" ? (
          <Button kind={verb === "stop" ? "danger" : "primary"} autoFocus={verb !== "stop"} onClick={run}>
            {result ? "Try again" : words[verb].button}
          </Button>
        ) : null}
      </div>
    </Dialog>
  );
}

const Outcome = ({ line }: { line: Extract<OperationLine, { result: string }> }) => (
  <>
    {line.result === "done" ? (
      <CircleCheck className="mt-0.5 size-4 shrink-0 text-status-healthy" aria-label="Done" />
    ) : (
      <CircleX className="mt-0.5 size-4 shrink-0 text-status-failed" aria-label="Failed" />
    )}
    {line.message}
  </>
);
