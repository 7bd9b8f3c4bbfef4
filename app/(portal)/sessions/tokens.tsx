"use client";
import { KeyRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { call } from "@/app/_ui/call";
import { Age, Moment } from "@/app/_ui/time";
import type { TokenInfo } from "@/lib/auth/token-schema";
import { ConfirmDialog } from "../_identity/confirm-dialog";
import { Nothing, rows, Section } from "../_identity/parts";
import { TokenDialog } from "./token-dialog";

type Props = { tokens: readonly TokenInfo[]; self: string; roles: readonly TokenInfo["role"][] };

/** For programs: the page says who made each, what it may, and when it was last used; never its secret. */
export function Tokens({ tokens, self, roles }: Props) {
  const router = useRouter();
  const [asked, setAsked] = useState<TokenInfo | "new" | null>(null);
  const close = () => setAsked(null);
  return (
    <Section
      title="API tokens"
      aside={
        <Button onClick={() => setAsked("new")}>
          <KeyRound className="size-4 stroke-[1.75] text-muted" aria-hidden />
          Make a token
        </Button>
      }
    >
      {tokens.length === 0 ? (
        <Nothing>No token. A program needs one to use the HTTP API in your name.</Nothing>
      ) : (
        <ul aria-label="API tokens" className={rows}>
          {tokens.map((token) => (
            <TokenRow key={token.id} token={token} own={token.owner.id === self} revoke={() => setAsked(token)} />
          ))}
        </ul>
      )}
      {asked === "new" ? <TokenDialog roles={roles} onMade={router.refresh} onClose={close} /> : null}
      {asked && asked !== "new" ? (
        <ConfirmDialog
          {...{ danger: true, verb: "Revoke", back: "/sessions", onClose: close }}
          title={`Revoke the token ${asked.name} of ${asked.owner.name}?`}
          act={() => call("DELETE", `/tokens/${asked.id}`)}
          onDone={() => {
            close();
            router.refresh();
          }}
        >
          <p>Every program that uses it is refused from its next request on. It cannot be brought back.</p>
        </ConfirmDialog>
      ) : null}
    </Section>
  );
}

function TokenRow({ token, own, revoke }: { token: TokenInfo; own: boolean; revoke: () => void }) {
  const { name, start, owner, role, destructive, expiresAt, lastUsedAt, lastUsedIp } = token;
  return (
    <li className="grid min-h-15 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 px-4 py-2.5 sm:px-3">
      <span className="min-w-0">
        <span className="flex min-w-0 flex-wrap items-baseline gap-x-2">
          <span className="font-semibold break-words">{name}</span>
          <span className="text-muted">
            {own ? "" : `of ${owner.name}, `}
            {role}
            {destructive ? ", may destroy" : ""}
          </span>
        </span>
        <span className="flex flex-wrap gap-x-3 text-sm text-muted">
          <code className="font-mono">{start}…</code>
          <span>
            until <Moment at={expiresAt} />
          </span>
          {lastUsedAt ? (
            <span>
              last used <Age at={lastUsedAt} /> ago{lastUsedIp ? ` from ${lastUsedIp}` : ""}
            </span>
          ) : (
            <span>never used</span>
          )}
        </span>
      </span>
      <Button aria-label={`Revoke the token ${name}`} onClick={revoke}>
        Revoke
      </Button>
    </li>
  );
}
