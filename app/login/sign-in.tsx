"use client";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "../_ui/button";
import { forgetDraft } from "../_ui/draft";

/** `anew`: whoever signs in may be another than before. */
type Props = { callbackUrl: string; label?: string; anew?: boolean };

/** next-auth's own form: its token belongs to a cookie that only its endpoint can set, so it is fetched on the way. */
export function SignIn({ callbackUrl, label = "Sign in", anew = false }: Props) {
  const token = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<"ready" | "going" | "failed">("ready");
  useEffect(() => {
    if (anew) forgetDraft();
  }, [anew]);
  async function submit(event: FormEvent<HTMLFormElement>) {
    const form = event.currentTarget;
    event.preventDefault();
    setState("going");
    try {
      const answer = await fetch("/api/auth/csrf", { cache: "no-store" });
      const { csrfToken } = (await answer.json()) as { csrfToken: string };
      if (token.current) token.current.value = csrfToken;
      form.submit();
    } catch {
      setState("failed");
    }
  }
  return (
    <form method="post" action="/api/auth/signin/keycloak" onSubmit={submit} className="flex flex-col gap-3">
      <input type="hidden" name="csrfToken" ref={token} />
      <input type="hidden" name="callbackUrl" value={callbackUrl} />
      <Button type="submit" kind="primary" className="min-h-11 text-lg" aria-disabled={state === "going"}>
        {state === "going" ? "Going to the sign-in page" : label}
      </Button>
      <p role="alert" className="min-h-6 text-status-failed">
        {state === "failed" ? "The portal does not answer. Try again in a moment." : ""}
      </p>
    </form>
  );
}
