import type { Metadata } from "next";
import { ButtonLink } from "./_ui/button";
import { Message, Screen } from "./_ui/screen";

export const metadata: Metadata = { title: "No such page" };

export default function NotFound() {
  return (
    <Screen>
      <Message title="There is no such page">
        <p>The address may be mistyped, or what it showed is gone.</p>
      </Message>
      <div>
        <ButtonLink href="/" kind="primary">
          Go to the overview
        </ButtonLink>
      </div>
    </Screen>
  );
}
