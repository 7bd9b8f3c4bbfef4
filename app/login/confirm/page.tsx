import type { Metadata } from "next";
import { requirePage } from "@/app/_server/session";
import { Message, Screen } from "../../_ui/screen";
import { safePath } from "../safe-path";
import { SignIn } from "../sign-in";

export const metadata: Metadata = { title: "Confirm it is you" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** A sign-in in a live session, for which Keycloak asks the one-time code again: before something is destroyed, or
 * for another 8 hours. */
export default async function ConfirmPage({ searchParams }: Props) {
  const [{ name }, { back, why }] = await Promise.all([requirePage(), searchParams]);
  return (
    <Screen>
      <Message title="Confirm it is you">
        <p>
          {why === "end"
            ? `Your session is about to end. With your one-time code, ${name}, a new one begins, for 8 hours at most.`
            : `What you are about to do can cost data, so it needs your one-time code again, ${name}. It then holds for five minutes.`}
        </p>
      </Message>
      <SignIn callbackUrl={safePath([back].flat()[0])} label="Give the code" />
    </Screen>
  );
}
