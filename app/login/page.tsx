import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { currentActor } from "@/app/_server/session";
import { Button } from "../_ui/button";
import { Message, Screen } from "../_ui/screen";
import { safePath } from "./safe-path";
import { SignIn } from "./sign-in";
import { wordsOf } from "./words";

export const metadata: Metadata = { title: "Sign in" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function LoginPage({ searchParams }: Props) {
  const params = await searchParams;
  const callbackUrl = safePath([params.callbackUrl].flat()[0]);
  const error = [params.error].flat()[0];
  if (!error && (await currentActor())) redirect(callbackUrl);
  // The session may be over all the same; where nobody can tell, it counts as open.
  const isOpen = error === "SignOut" && (await currentActor().catch(() => "unknown")) !== null;
  const { title, text } = wordsOf(error === "SignOut" && !isOpen ? undefined : error);
  return (
    <Screen>
      <Message title={title}>
        <p>{text}</p>
      </Message>
      {isOpen ? (
        <form method="post" action="/api/sign-out">
          <Button type="submit" kind="primary">
            Sign out
          </Button>
        </form>
      ) : (
        <SignIn callbackUrl={callbackUrl} anew={!error || error === "SignOut"} />
      )}
    </Screen>
  );
}
