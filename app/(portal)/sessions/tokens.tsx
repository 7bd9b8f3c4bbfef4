"use client";
import { KeyRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { call } from "@/app/_ui/call";
import { keepDraft, useDraft } from "@/app/_ui/draft";
import { late } from "@/app/_ui/late";
import { Section } from "@/app/_ui/section";
import { Age, Moment } from "@/app/_ui/time";
import type { TokenInfo } from "@/lib/auth/token-schema";
import { Nothing, rows } from "../_identity/parts";
import type { TokenDraft } from "./token-dialog";

// They come with the first opening, not with the page.
const ConfirmDialog = late(() => import("../_identity/confirm-dialog").then((all) => all.ConfirmDialog));
const TokenDialog = late(() => import("./token-dialog").then((all) => all.TokenDialog));

type Props = { tokens: readonly TokenInfo[]; self: string; roles: readonly TokenInfo["role"][] };
type Asked = { what: "make"; draft?: TokenDraft } | { what: "revoke"; token: TokenInfo } | null;

/** For programs: the page says who made each, what it may, and when it was last used; never its secret. */
export function Tokens({ tokens, self, roles }: Props) {
  const router = useRouter();
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  const draftName = "/sessions";
  useDraft<TokenDraft>(draftName, (draft) => setAsked({ what: "make", draft }));
  return (
    <Section
      title="API tokens"
      aside={
        <Button onClick={() => setAsked({ what: "make" })}>
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
            <TokenRow
              key={token.id}
              token={token}
              own={token.owner.id === self}
              revoke={() => setAsked({ what: "revoke", token })}
            />
          ))}
        </ul>
      )}
      {asked?.what === "make" ? (
        <TokenDialog
          roles={roles}
          draft={asked.draft}
          keep={(draft) => keepDraft(draftName, draft)}
          onMade={router.refresh}
          onClose={close}
        />
      ) : null}
      {asked?.what === "revoke" ? (
        <ConfirmDialog
          {...{ danger: true, verb: "Revoke", onClose: close }}
          title={`Revoke the token ${asked.token.name} of ${asked.token.owner.name}?`}
          act={() => call("DELETE", `/tokens/${asked.token.id}`)}
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
