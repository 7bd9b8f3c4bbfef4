"use client";
import { Failure, type FailureProps } from "./_ui/failure";
import { Screen } from "./_ui/screen";

export default function ErrorPage(props: FailureProps) {
  return (
    <Screen>
      <Failure {...props} />
    </Screen>
  );
}
