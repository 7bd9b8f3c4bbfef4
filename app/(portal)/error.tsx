"use client";
import { Failure, type FailureProps } from "@/app/_ui/failure";

/** Inside the frame: the navigation stays usable when one page breaks. */
export default function PageError(props: FailureProps) {
  return (
    <div className="flex max-w-[26rem] flex-col gap-5 pt-[12vh]">
      <Failure {...props} />
    </div>
  );
}
