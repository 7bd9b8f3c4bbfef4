"use client";
import { Check, Copy } from "lucide-react";
import { useId, useState } from "react";
import { Button } from "@/app/_ui/button";

/** Shown this once; it is in no address, no log and nowhere in the portal. */
export function Secret({ label, value }: { label: string; value: string }) {
  const [copied, setCopied] = useState(false);
  const id = useId();
  const copy = async () => {
    const done = await navigator.clipboard.writeText(value).then(
      () => true,
      () => false,
    );
    setCopied(done);
    if (!done) document.getElementById(id)?.focus();
  };
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm text-muted">
        {label}
      </label>
      <div className="flex items-end gap-2 max-sm:flex-col sm:items-start">
        {/* Whole, so that it can be read off; two lines for a token. */}
        <textarea
          id={id}
          rows={value.length > 30 ? 2 : 1}
          readOnly
          value={value}
          autoComplete="off"
          spellCheck={false}
          onFocus={(event) => event.currentTarget.select()}
          className="w-full min-w-0 flex-1 resize-none rounded-md border border-border-strong bg-sunken px-3 py-1.5 font-mono break-all"
        />
        <Button onClick={copy}>
          {copied ? <Check className="size-4" aria-hidden /> : <Copy className="size-4" aria-hidden />}
          <span aria-live="polite">{copied ? "Copied" : "Copy"}</span>
        </Button>
      </div>
    </div>
  );
}
