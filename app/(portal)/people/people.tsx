"use client";
import { UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { keepDraft, useDraft } from "@/app/_ui/draft";
import { late } from "@/app/_ui/late";
import type { PersonInfo } from "@/lib/people/schema";
import { Header, rows } from "../_identity/parts";
import type { AddDraft } from "./add-dialog";
import type { PersonDraft } from "./person-dialog";
import { PersonRow } from "./person-row";

// They come with the first opening, not with the page.
const AddDialog = late(() => import("./add-dialog").then((all) => all.AddDialog));
const PersonDialog = late(() => import("./person-dialog").then((all) => all.PersonDialog));

type Asked = { what: "add"; draft?: AddDraft } | { what: "person"; id: string; draft?: PersonDraft } | null;

function wordsOf(people: readonly PersonInfo[]): string {
  const admins = people.filter(({ role, enabled }) => role === "admin" && enabled).length;
  const missing = people.filter(({ secondFactor, enabled }) => enabled && !secondFactor).length;
  const first = `${people.length} ${people.length === 1 ? "person" : "people"}, ${admins} of them ${admins === 1 ? "admin" : "admins"}.`;
  return missing === 0 ? first : `${first} ${missing} without a second factor yet.`;
}

export function People({ people }: { people: readonly PersonInfo[] }) {
  const router = useRouter();
  const [asked, setAsked] = useState<Asked>(null);
  const close = () => setAsked(null);
  const person = asked?.what === "person" ? people.find(({ id }) => id === asked.id) : undefined;
  const draftName = "/people";
  useDraft<Asked>(draftName, setAsked);
  return (
    <>
      <Header
        title="People"
        aside={
          <Button kind="primary" onClick={() => setAsked({ what: "add" })}>
            <UserPlus className="size-4" aria-hidden />
            Add somebody
          </Button>
        }
      >
        {wordsOf(people)}
      </Header>
      <ul aria-label="People" className={rows}>
        {people.map((one) => (
          <PersonRow key={one.id} person={one} manage={() => setAsked({ what: "person", id: one.id })} />
        ))}
      </ul>
      {asked?.what === "add" ? (
        <AddDialog
          draft={asked.draft}
          keep={(draft) => keepDraft(draftName, { what: "add", draft })}
          onChanged={router.refresh}
          onClose={close}
        />
      ) : null}
      {asked?.what === "person" && person ? (
        <PersonDialog
          key={person.id}
          person={person}
          draft={asked.draft}
          keep={(draft) => keepDraft(draftName, { what: "person", id: person.id, draft })}
          onChanged={router.refresh}
          onClose={close}
        />
      ) : null}
    </>
  );
}
