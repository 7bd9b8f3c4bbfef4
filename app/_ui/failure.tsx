import { useRouter } from "next/navigation";
import { startTransition } from "react";
import { Button } from "./button";
import { Message } from "./screen";

export type FailureProps = { error: Error & { digest?: string }; reset: () => void };

/** What broke is in the log; the page says under which id. */
export function Failure({ error, reset }: FailureProps) {
  const router = useRouter();
  const retry = () =>
    startTransition(() => {
      router.refresh();
      reset();
    });
  return (
    <>
      <Message title="Something failed">
        <p>This page could not be put together. Nothing was changed by that.</p>
        {error.digest ? (
          <p>
            The portal's log names the cause under <code className="font-mono text-base text-text">{error.digest}</code>
            :
            <br />
            <code className="font-mono text-base text-text">./taylordash logs portal</code>
          </p>
        ) : null}
      </Message>
      <div>
        <Button kind="primary" onClick={retry}>
          Try again
        </Button>
      </div>
    </>
  );
}
