import type { Metadata } from "next";
import { requirePage } from "@/app/_server/session";
import { Message, Screen } from "../../_ui/screen";
import { safePath } from "../safe-path";
import { SignIn } from "../sign-in";

export const metadata: Metadata = { title: "Confirm it is you" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** Before something is destroyed: a sign-in in a live session, for which Keycloak asks the one-time code again. */
export default async function ConfirmPage({ searchParams }: Props) {
  const { name } = await requirePage();
  const back = safePath([(await searchParams).back].flat()[0]);
  return (
    <Screen>
      <Message title="Confirm it is you">
        <p>
          What you are about to do can cost data, so it needs your one-time code again, {name}. It then holds for five
          minutes.
        </p>
      </Message>
      <SignIn callbackUrl={back} label="Give the code" />
    </Screen>
  );
}
