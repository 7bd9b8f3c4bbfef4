import { ButtonLink } from "@/app/_ui/button";
import { Message } from "@/app/_ui/screen";

/** Inside the frame, for what a known page looked for and did not find. */
export default function NotFound() {
  return (
    <div className="flex max-w-[26rem] flex-col gap-5 pt-[12vh]">
      <Message title="There is no such service">
        <p>Its container may have been removed, or its name in the address is mistyped.</p>
      </Message>
      <div>
        <ButtonLink href="/services" kind="primary">
          All services
        </ButtonLink>
      </div>
    </div>
  );
}
