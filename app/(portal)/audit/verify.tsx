"use client";
import { ShieldCheck, ShieldQuestionMark, ShieldX } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { call, type Failed } from "@/app/_ui/call";
import { Dialog, DialogFooter } from "@/app/_ui/dialog";
import { Moment } from "@/app/_ui/time";
import type { AuditVerdict } from "@/lib/audit/schema";
import { closeOwn } from "../_identity/confirm-dialog";
import { Problem } from "../_identity/problem";

const words = {
  intact: ["healthy", ShieldCheck, "The trail is whole", "It is as it was written."],
  unproven: ["restarting", ShieldQuestionMark, "Not all of the trail is proven", "Nothing speaks against it."],
  broken: ["failed", ShieldX, "The trail was changed", "It is not as it was written."],
} as const;

/** Reads the whole trail: every row against its hash, every sealed head against its row. */
export function Verify() {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Failed | null>(null);
  const [verdict, setVerdict] = useState<AuditVerdict | null>(null);
  async function verify() {
    setBusy(true);
    const result = await call<AuditVerdict>("GET", "/audit/verify");
    setBusy(false);
    setFailed(result.ok ? null : result);
    if (result.ok) setVerdict(result.data);
  }
  const [status, Icon, title, sentence] = words[verdict?.state ?? "intact"];
  return (
    <>
      <Button disabled={busy} onClick={verify}>
        <ShieldCheck className="size-4 stroke-[1.75] text-muted" aria-hidden />
        {busy ? "Verifying" : "Verify"}
      </Button>
      <Problem failed={failed} />
      {verdict ? (
        <Dialog title={title} onClose={() => setVerdict(null)}>
          <p data-status={status} className="flex items-center gap-2 font-semibold">
            <Icon className="size-5 shrink-0 text-status" aria-hidden />
            {sentence}
          </p>
          <p className="text-muted">
            {verdict.rows} rows were read and compared with {verdict.heads} sealed heads.
            {verdict.sealedAt ? (
              <>
                {" "}
                The newest head was sealed <Moment at={verdict.sealedAt} />.
              </>
            ) : null}
          </p>
          {verdict.findings.length > 0 ? (
            <ul className="flex max-h-56 flex-col gap-1 overflow-auto rounded-md bg-sunken p-3 text-sm">
              {verdict.findings.map(({ code, id, message }) => (
                <li key={`${code} ${id}`}>{message}</li>
              ))}
            </ul>
          ) : null}
          <DialogFooter>
            <Button autoFocus onClick={closeOwn}>
              Close
            </Button>
          </DialogFooter>
        </Dialog>
      ) : null}
    </>
  );
}
