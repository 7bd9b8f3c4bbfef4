"use client";
import { Check, ChevronDown } from "lucide-react";
import { Dropdown } from "./dropdown";
import { control } from "./toolbar-style";
import { hueOf } from "./words";

export type ServiceName = { service: string; title: string };
type Props = { services: readonly ServiceName[]; chosen: readonly string[]; choose: (services: string[]) => void };

export const Swatch = ({ service }: { service: string }) => (
  <span data-hue={hueOf(service)} className="size-2 shrink-0 rounded-[2px] bg-(--log-hue)" aria-hidden="true" />
);

const option =
  "flex min-h-9 w-full items-center gap-2.5 rounded-md px-2.5 text-left hover:bg-hover [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:stroke-[1.75]";

/** None chosen means all: the whole stack in one view. */
export function ServicePicker({ services, chosen, choose }: Props) {
  const titleOf = (name: string) => services.find(({ service }) => service === name)?.title ?? name;
  const [only, ...more] = chosen;
  const label = !only ? "All services" : more.length === 0 ? titleOf(only) : `${chosen.length} services`;
  const toggle = (name: string) =>
    choose(chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name]);
  return (
    <Dropdown
      name={`Services: ${label}`}
      grow
      className={`${control} w-full md:max-w-56`}
      label={
        <>
          {only ? chosen.slice(0, 4).map((name) => <Swatch key={name} service={name} />) : null}
          <span className="min-w-0 flex-1 truncate text-left">{label}</span>
          <ChevronDown className="text-muted" aria-hidden="true" />
        </>
      }
    >
      {(close) => (
        <div className="max-h-[min(28rem,60dvh)] w-72 overflow-y-auto overscroll-contain">
          <button
            type="button"
            aria-pressed={chosen.length === 0}
            className={option}
            onClick={() => {
              choose([]);
              close();
            }}
          >
            <span className="size-2" />
            <span className="flex-1">All services</span>
            {chosen.length === 0 ? <Check /> : null}
          </button>
          {services.map(({ service, title }) => (
            <button
              key={service}
              type="button"
              aria-pressed={chosen.includes(service)}
              className={option}
              onClick={() => toggle(service)}
            >
              <Swatch service={service} />
              <span className="min-w-0 flex-1 truncate">
                {title}
                {title === service ? null : <span className="ml-2 text-sm text-muted">{service}</span>}
              </span>
              {chosen.includes(service) ? <Check /> : null}
            </button>
          ))}
        </div>
      )}
    </Dropdown>
  );
}
