"use client";
import { CircleCheck, CircleX, LoaderCircle } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { Dialog, DialogFooter } from "@/app/_ui/dialog";
import { type OperationLine, operation } from "@/app/_ui/read-lines";
import { CodeNotice } from "../../_identity/code-notice";
import { GiveCode } from "../../_identity/problem";

/** One request; `name` heads its lines where there are several. */
export type Step = { name: string; path: string; body?: unknown };

/** The dialog's heading: a question, then what goes on, then what was done. */
export type Titles = { asked: string; running: string; done: string; failed: string };

type Props = {
  titles: Titles;
  /** What is lost and who is affected, until it begins. */
  children?: ReactNode;
  steps: readonly Step[];
  /** Each step needs the one before: what follows a failure is not begun. */
  inOrder?: boolean;
  button: string;
  /** Nobody has to agree: it begins when the dialog opens. */
  atOnce?: boolean;
  danger?: boolean;
  /** False while what was entered makes no sense. */
  ready?: boolean;
  /** What is still being found out: until then nobody can agree to it. */
  waiting?: string | null;
  /** The deed needs a fresh second factor. */
  needsCode?: boolean;
  /** Keeps the question while the code is given. */
  keep: () => void;
  onClose: () => void;
  /** What was asked for is done, or has failed. */
  onEnd?: () => void;
};

type Ran = { step: Step; lines: OperationLine[] };

const resultOf = ({ lines }: Ran) => lines.findLast((line) => "result" in line);

/** asked -> running (live output, one step after the other) -> done | failed. Closing it does not end what runs. */
export function OperationDialog({
  titles,
  children,
  steps,
  inOrder = false,
  button,
  atOnce = false,
  danger = false,
  ready = true,
  waiting = null,
  needsCode = false,
  keep,
  onClose,
  onEnd = () => undefined,
}: Props) {
  const [ran, setRan] = useState<readonly Ran[]>([]);
  const [running, setRunning] = useState(atOnce);
  const reason = useId();
  const results = ran.map(resultOf);
  const wantsCode = results.some((line) => line?.code === "step-up-needed");
  const allDone = ran.length > 0 && ran.length === steps.length && results.every((line) => line?.result === "done");

  const state = running ? "running" : allDone ? "done" : ran.length === 0 || wantsCode ? "asked" : "failed";

  async function run() {
    setRunning(true);
    // What is done stays done: a second try takes up the rest.
    const kept = ran.filter((each) => resultOf(each)?.result === "done");
    const rest = steps.filter((step) => !kept.some((each) => each.step.path === step.path));
    setRan(kept);
    for (const step of rest) {
      const now: Ran = { step, lines: [] };
      setRan((before) => [...before, now]);
      for await (const line of operation(step.path, step.body)) {
        now.lines = [...now.lines, line];
        setRan((before) => before.map((each) => (each.step === step ? { ...now } : each)));
      }
      const end = resultOf(now);
      if (end?.code === "step-up-needed" || (inOrder && end?.result !== "done")) break;
    }
    setRunning(false);
    onEnd();
  }

  const begun = useRef(false);
  useEffect(() => {
    if (!atOnce || begun.current) return;
    begun.current = true;
    void run();
  });

  return (
    <Dialog title={titles[state]} onClose={onClose}>
      {ran.length === 0 && !atOnce ? (
        <div className="flex flex-col gap-2 text-muted">
          {children}
          {needsCode ? <CodeNotice /> : null}
        </div>
      ) : null}
      {ran.length > 0 ? (
        <ol
          aria-live="polite"
          className="flex max-h-72 flex-col gap-1 overflow-auto rounded-md bg-sunken p-3 font-mono text-sm [overflow-wrap:anywhere]"
        >
          {ran.flatMap(({ step, lines }) => [
            ...(steps.length > 1 ? [<Name key={step.path} name={step.name} />] : []),
            ...lines.map((line, index) => <Line key={`${step.path} ${index}`} line={line} />),
          ])}
          {running ? (
            <li className="flex items-center gap-2 text-muted">
              <LoaderCircle className="size-4 animate-spin" aria-hidden /> Working
            </li>
          ) : null}
        </ol>
      ) : null}
      <DialogFooter>
        <p id={reason} role="status" className="basis-full text-muted empty:hidden">
          {waiting}
        </p>
        <Button autoFocus={danger} onClick={(event) => event.currentTarget.closest("dialog")?.close()}>
          {ran.length > 0 ? "Close" : "Cancel"}
        </Button>
        {wantsCode && !running ? <GiveCode keep={keep} /> : null}
        {running || wantsCode || allDone ? null : (
          <Button
            kind={danger ? "danger" : "primary"}
            autoFocus={!danger}
            disabled={!ready}
            // Keeps the focus, unlike one that is disabled.
            aria-disabled={waiting !== null}
            aria-describedby={reason}
            onClick={() => waiting === null && run()}
          >
            {ran.length > 0 ? "Try again" : button}
          </Button>
        )}
      </DialogFooter>
    </Dialog>
  );
}

const Name = ({ name }: { name: string }) => <li className="mt-2 font-sans text-muted first:mt-0">{name}</li>;

function Line({ line }: { line: OperationLine }) {
  if (!("result" in line)) return <li>{line.text}</li>;
  const done = line.result === "done";
  const Icon = done ? CircleCheck : CircleX;
  return (
    <li className="flex items-start gap-2 font-sans font-semibold">
      <Icon
        className={`mt-0.5 size-4 shrink-0 ${done ? "text-status-healthy" : "text-status-failed"}`}
        aria-label={done ? "Done" : "Failed"}
      />
      {line.message}
    </li>
  );
}
