import { Button } from "@/app/_ui/button";
import { Message, Screen } from "@/app/_ui/screen";
import type { Actor } from "@/lib/auth";

export const NoRole = ({ actor }: { actor: Actor }) => (
  <Screen>
    <Message title="You have no role yet">
      <p>
        You are signed in as <strong className="font-semibold text-text">{actor.name}</strong>, but nobody has said what
        you may do here, so there is nothing to show.
      </p>
      <p>
        Ask an admin of this TaylorDash for the role viewer, operator or admin. Whoever runs the machine can give it
        too: <code className="mt-2 block font-mono text-sm text-text">./taylordash user role {actor.name} viewer</code>
      </p>
      <p>Then open this page again.</p>
    </Message>
    <form method="post" action="/api/sign-out">
      <Button type="submit">Sign out</Button>
    </form>
  </Screen>
);
