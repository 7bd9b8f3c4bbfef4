import { ButtonLink } from "@/app/_ui/button";
import { Message } from "@/app/_ui/screen";

/** Inside the frame, with the status 403: for those whose role does not reach a page. */
export default function NotForYou() {
  return (
    <div className="flex max-w-[26rem] flex-col gap-5 pt-[12vh]">
      <Message title="This page is for admins">
        <p>Your role does not reach it. An admin of this TaylorDash can give you another.</p>
      </Message>
      <div>
        <ButtonLink href="/" kind="primary">
          Overview
        </ButtonLink>
      </div>
    </div>
  );
}
