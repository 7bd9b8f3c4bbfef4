import { CircleAlert } from "lucide-react";
import type { ServiceName } from "./service-picker";

type Props = { missing: readonly string[]; shown: readonly string[]; services: readonly ServiceName[] };

/** Which of the address' services do not exist, and what is shown in their place. */
export function Missing({ missing, shown, services }: Props) {
  if (missing.length === 0) return null;
  const titleOf = (name: string) => services.find(({ service }) => service === name)?.title ?? name;
  return (
    <p
      role="status"
      data-status="restarting"
      className="flex items-start gap-2 px-4 pb-2 font-semibold text-status [overflow-wrap:anywhere] md:px-8"
    >
      <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
      <span>
        {missing.length === 1 ? "There is no service" : "There are no services"} {missing.join(", ")}. Shown instead:{" "}
        {shown.length > 0 ? shown.map(titleOf).join(", ") : "all services"}.
      </span>
    </p>
  );
}
