import type { Metadata } from "next";
import { Suspense } from "react";
import { requirePage, requirePageFor } from "@/app/_server/session";
import { listPersons } from "@/lib/people";
import { AppError } from "@/lib/platform/errors";
import { Header, page, RowsSkeleton, Unread } from "../_identity/parts";
import { People } from "./people";

export const metadata: Metadata = { title: "People" };

async function PeopleSection() {
  const actor = await requirePage();
  try {
    return <People people={await listPersons(actor)} />;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return (
      <>
        <Header title="People">Who may sign in here, and what they may do.</Header>
        <Unread message={error.message} />
      </>
    );
  }
}

export default async function PeoplePage() {
  await requirePageFor("users:read", "/people");
  // As high as what comes: two lines on a phone, and the button under them.
  const button = <span className="h-9 w-40 rounded-md bg-hover" aria-hidden="true" />;
  const skeleton = (
    <>
      <Header title="People" aside={button}>
        Keycloak is asked who may sign in here, and what they may do.
      </Header>
      <RowsSkeleton />
    </>
  );
  return (
    <div className={page}>
      <Suspense fallback={skeleton}>
        <PeopleSection />
      </Suspense>
    </div>
  );
}
