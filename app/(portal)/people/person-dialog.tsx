"use client";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { type Called, call } from "@/app/_ui/call";
import { Dialog, DialogFooter } from "@/app/_ui/dialog";
import type { NewPassword, PersonInfo } from "@/lib/people/schema";
import { ConfirmDialog, closeOwn } from "../_identity/confirm-dialog";
import { PasswordOnce } from "./password-once";
import { RoleChoice } from "./role-choice";
import { possible, type Verb, words } from "./verbs";

type Asking = { at: "choose" } | { at: "role" } | { at: Verb };
type Step = Asking | { at: "password"; password: string };
export type PersonDraft = { role: PersonInfo["role"]; step: Asking };
type Props = {
  person: PersonInfo;
  draft: PersonDraft | undefined;
  keep: (draft: PersonDraft) => void;
  onChanged: () => void;
  onClose: () => void;
};

// choose -> role | verb (asked, its loss named) -> closed, or password (shown once)
export function PersonDialog({ person, draft, keep, onChanged, onClose }: Props) {
  const { name, role: before } = person;
  const [role, setRole] = useState(draft ? draft.role : before);
  const [step, setStep] = useState<Step>(draft?.step ?? { at: "choose" });
  const path = `/people/${encodeURIComponent(name)}`;
  const done = () => {
    onChanged();
    onClose();
  };

  if ("password" in step) {
    return (
      <Dialog title={`${name} has a new password`} onClose={onClose}>
        <PasswordOnce name={name} password={step.password} />
      </Dialog>
    );
  }
  const asking = { onClose, keep: () => keep({ role, step }) };
  if (step.at === "role") {
    const act = () => call("PUT", `${path}/role`, { role });
    const title = role ? `Make ${name} ${role === "viewer" ? "a" : "an"} ${role}?` : `Take the role from ${name}?`;
    return (
      <ConfirmDialog
        {...asking}
        needsCode
        title={title}
        verb={role ? `Make ${role}` : "Take the role"}
        act={act}
        onDone={done}
      >
        <p>
          {before ? `They are ${before} now.` : "They have no role now."} The change acts on their very next request;
          they stay signed in.
        </p>
      </ConfirmDialog>
    );
  }
  if (step.at !== "choose") {
    const verb = step.at;
    const act = async (): Promise<Called<unknown>> => {
      if (verb === "remove") return call("DELETE", path);
      const result = await call<NewPassword | undefined>("POST", `${path}/${verb}`, {});
      if (result.ok && result.data) setStep({ at: "password", password: result.data.password });
      return result;
    };
    const { question, button, danger, loss } = words[verb];
    const onDone = verb === "reset-password" ? onChanged : done;
    return (
      <ConfirmDialog key={verb} needsCode {...asking} {...{ danger, act, onDone }} title={question(name)} verb={button}>
        <p>{loss(name)}</p>
      </ConfirmDialog>
    );
  }
  const verbs = possible(person);
  return (
    <Dialog title={name} onClose={onClose}>
      <RoleChoice chosen={role} choose={setRole} />
      {role === before ? null : (
        <Button kind="primary" className="self-start" onClick={() => setStep({ at: "role" })}>
          Change the role
        </Button>
      )}
      <div className="flex flex-wrap gap-2 border-t border-border pt-4">
        {verbs
          .filter((verb) => verb !== "remove")
          .map((verb) => (
            <Button key={verb} onClick={() => setStep({ at: verb })}>
              {words[verb].button}
            </Button>
          ))}
      </div>
      {verbs.includes("remove") ? (
        <div
          data-status="failed"
          className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-md border border-status bg-status-soft px-3 py-2.5"
        >
          <span>Account, second factor and tokens, gone for good.</span>
          <Button kind="danger" className="ml-auto" onClick={() => setStep({ at: "remove" })}>
            {words.remove.button}
          </Button>
        </div>
      ) : null}
      <DialogFooter>
        <Button className="ml-auto" onClick={closeOwn}>
          Close
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
