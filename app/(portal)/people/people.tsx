"use client";
import { UserPlus } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import type { PersonInfo } from "@/lib/people/schema";
import { Header, rows } from "../_identity/parts";
import { AddDialog } from "./add-dialog";
import { PersonDialog } from "./person-dialog";
import { PersonRow } from "./person-row";

type Asked = { what: "add" } | { what: "person"; id: string } | null;

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
      {asked?.what === "add" ? <AddDialog onChanged={router.refresh} onClose={close} /> : null}
      {person ? <PersonDialog key={person.id} person={person} onChanged={router.refresh} onClose={close} /> : null}
    </>
  );
}
