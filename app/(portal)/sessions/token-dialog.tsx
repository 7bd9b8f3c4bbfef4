"use client";
import { type FormEvent, useState } from "react";
import { Button } from "@/app/_ui/button";
import { call, type Failed } from "@/app/_ui/call";
import { Dialog, DialogFooter } from "@/app/_ui/dialog";
import { type CreatedToken, longestDestructiveHours, type TokenInfo } from "@/lib/auth/token-schema";
import { CodeNotice } from "../_identity/code-notice";
import { closeOwn } from "../_identity/confirm-dialog";
import { box, Field } from "../_identity/parts";
import { Problem } from "../_identity/problem";
import { Secret } from "../_identity/secret";

const lives = [
  [24, "1 day"],
  [7 * 24, "7 days"],
  [30 * 24, "30 days"],
  [90 * 24, "90 days"],
  [365 * 24, "1 year"],
] as const;
const select = `${box} border-border-strong`;

export type TokenDraft = { name: string; role: TokenInfo["role"]; hours: number; destructive: boolean };
type Props = {
  roles: readonly TokenInfo["role"][];
  draft: TokenDraft | undefined;
  keep: (draft: TokenDraft) => void;
  onMade: () => void;
  onClose: () => void;
};

/** asked -> made, with the secret on the screen this once. */
export function TokenDialog({ roles, draft, keep, onMade, onClose }: Props) {
  const [typed, setTyped] = useState<TokenDraft>(
    draft ?? { name: "", role: "viewer", hours: 30 * 24, destructive: false },
  );
  const change = (part: Partial<TokenDraft>) => setTyped({ ...typed, ...part });
  const destructive = typed.destructive && typed.role === "admin";
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Failed | null>(null);
  const [made, setMade] = useState<CreatedToken | null>(null);

  async function make(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const hours = destructive ? longestDestructiveHours : typed.hours;
    setBusy(true);
    const result = await call<CreatedToken>("POST", "/tokens", { ...typed, destructive, hours });
    setBusy(false);
    if (!result.ok) return setFailed(result);
    setMade(result.data);
    onMade();
  }

  if (made) {
    return (
      <Dialog title={`The token ${made.token.name} is made`} onClose={onClose}>
        <Secret label="Secret" value={made.secret} />
        <p className="text-muted">
          It is shown this once and kept nowhere. A program sends it as{" "}
          <code className="font-mono text-text">Authorization: Bearer td_…</code>, never in an address.
        </p>
        <DialogFooter>
          <Button kind="primary" onClick={closeOwn}>
            Done
          </Button>
        </DialogFooter>
      </Dialog>
    );
  }
  return (
    <Dialog title="Make a token" onClose={onClose}>
      <form onSubmit={make} className="flex flex-col gap-4" noValidate>
        <Field
          {...{ label: "Name", name: "name", required: true, maxLength: 60, autoFocus: true, value: typed.name }}
          onChange={(event) => change({ name: event.currentTarget.value })}
          hint="What uses it, to recognise it by."
          problem={failed?.fields.name}
        />
        <div className="grid grid-cols-2 gap-3">
          <label className="flex flex-col gap-1">
            <span className="font-semibold">Role</span>
            <select
              name="role"
              value={typed.role}
              onChange={(event) => change({ role: event.currentTarget.value as TokenDraft["role"] })}
              className={select}
            >
              {roles.map((role) => (
                <option key={role}>{role}</option>
              ))}
            </select>
          </label>
          <label className="flex flex-col gap-1">
            <span className="font-semibold">Lives for</span>
            <select
              name="hours"
              value={destructive ? longestDestructiveHours : typed.hours}
              onChange={(event) => change({ hours: Number(event.currentTarget.value) })}
              className={select}
            >
              {(destructive ? lives.slice(0, 1) : lives).map(([hours, words]) => (
                <option key={hours} value={hours}>
                  {words}
                </option>
              ))}
            </select>
          </label>
        </div>
        {typed.role === "admin" ? (
          <label className="flex items-start gap-2.5">
            <input
              type="checkbox"
              checked={destructive}
              onChange={(event) => change({ destructive: event.currentTarget.checked })}
              className="mt-0.5 size-4 shrink-0 accent-accent"
            />
            <span>
              <span className="font-semibold">May destroy</span>{" "}
              <span className="text-muted">
                what only an admin may. Needs your one-time code, and lives {longestDestructiveHours} hours at most.
              </span>
            </span>
          </label>
        ) : null}
        {destructive && !failed ? <CodeNotice /> : null}
        <Problem failed={failed?.fields.name ? null : failed} keep={() => keep(typed)} />
        <DialogFooter>
          <Button onClick={closeOwn}>Cancel</Button>
          <Button kind="primary" type="submit" disabled={busy}>
            Make
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
