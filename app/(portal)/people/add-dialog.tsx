"use client";
import { type FormEvent, useState } from "react";
import { Button } from "@/app/_ui/button";
import { call, type Failed } from "@/app/_ui/call";
import { Dialog, DialogFooter } from "@/app/_ui/dialog";
import type { AddedPerson, PersonInfo } from "@/lib/people/schema";
import { CodeNotice } from "../_identity/code-notice";
import { closeOwn } from "../_identity/confirm-dialog";
import { Field } from "../_identity/parts";
import { Problem } from "../_identity/problem";
import { PasswordOnce } from "./password-once";
import { RoleChoice } from "./role-choice";

export type AddDraft = { name: string; email: string; role: PersonInfo["role"] };
type Props = {
  draft: AddDraft | undefined;
  keep: (draft: AddDraft) => void;
  onChanged: () => void;
  onClose: () => void;
};

/** asked -> added, with the one-time password on the screen this once. */
export function AddDialog({ draft, keep, onChanged, onClose }: Props) {
  const [typed, setTyped] = useState<AddDraft>(draft ?? { name: "", email: "", role: "viewer" });
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Failed | null>(null);
  const [added, setAdded] = useState<AddedPerson | null>(null);

  async function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const [name, email] = [typed.name.trim(), typed.email.trim()];
    setBusy(true);
    const result = await call<AddedPerson>("POST", "/people", { name, role: typed.role, ...(email ? { email } : {}) });
    setBusy(false);
    if (!result.ok) return setFailed(result);
    setAdded(result.data);
    onChanged();
  }

  if (added) {
    return (
      <Dialog title={`${added.name} is added`} onClose={onClose}>
        <PasswordOnce name={added.name} password={added.password ?? ""} />
      </Dialog>
    );
  }
  const fields = failed?.fields ?? {};
  const named = Boolean(fields.name ?? fields.email);
  const type = (name: "name" | "email") => ({
    name,
    value: typed[name],
    problem: fields[name],
    onChange: (event: { currentTarget: { value: string } }) =>
      setTyped({ ...typed, [name]: event.currentTarget.value }),
  });
  return (
    <Dialog title="Add somebody" onClose={onClose}>
      <form onSubmit={add} className="flex flex-col gap-4" noValidate>
        <Field
          {...{ label: "Name", required: true, maxLength: 63, autoFocus: true, autoCapitalize: "none" }}
          {...type("name")}
          hint="To sign in with. Lower-case letters, digits, dots, hyphens, underscores."
        />
        <Field {...{ label: "E-mail", type: "email", maxLength: 200 }} {...type("email")} hint="Optional." />
        <RoleChoice chosen={typed.role} choose={(role) => setTyped({ ...typed, role })} />
        <p className="text-muted">
          A one-time password is shown next. At the first sign-in they choose their own and set up a second factor.
        </p>
        {failed ? null : <CodeNotice />}
        <Problem failed={named ? null : failed} keep={() => keep(typed)} />
        <DialogFooter>
          <Button onClick={closeOwn}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={busy}>
            Add
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
