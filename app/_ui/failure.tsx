import { useRouter } from "next/navigation";
import { startTransition } from "react";
import { Button } from "./button";
import { Message } from "./screen";

export type FailureProps = { error: Error & { digest?: string }; reset: () => void };

/** By the code of an `Unavailable`, which is all that comes through of it: what is away, and what that means. */
const away: Record<string, [title: string, text: string]> = {
  "database-unreachable": [
    "The database does not answer",
    "Nobody can be recognised and no page be read without it. This passes by itself once PostgreSQL is back.",
  ],
  "session-unconfirmed": [
    "The sign-in service does not answer",
    "Keycloak has not confirmed your session for ten minutes. You go on where you were as soon as it does; nothing is lost.",
  ],
  "engine-unreachable": [
    "The Docker engine does not answer",
    "Which containers there are is not known at this moment. This passes by itself once the engine is back.",
  ],
};

/** What is away, where that is known; else the log has what broke, and the page says under which id. */
export function Failure({ error, reset }: FailureProps) {
  const router = useRouter();
  const retry = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  const known = away[error.digest ?? ""];
  return (
    <>
      {known ? (
        <Message title={known[0]}>
          <p>{known[1]}</p>
          <p>
            Whoever runs the machine sees more:
            <br />
            <code className="font-mono text-base text-text">./taylordash status</code>
          </p>
        </Message>
      ) : (
        <Message title="Something failed">
          <p>This page could not be put together. Nothing was changed by that.</p>
          {error.digest ? (
            <p>
              The portal's log names the cause under{" "}
              <code className="font-mono text-base text-text">{error.digest}</code>:
              <br />
              <code className="font-mono text-base text-text">./taylordash logs portal</code>
            </p>
          ) : null}
        </Message>
      )}
      <div>
        <Button kind="primary" onClick={retry}>
          Try again
        </Button>
      </div>
    </>
  );
}
