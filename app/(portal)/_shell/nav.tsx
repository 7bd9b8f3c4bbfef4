import { NavLink } from "./nav-link";
import type { Destination } from "./navigation";
import { MenuButton } from "./palette-host";
import { TroubleCount } from "./trouble-count";

const item =
  "relative flex min-h-14 flex-col items-center justify-center gap-0.5 text-xs text-muted hover:text-text " +
  "aria-[current=page]:text-text aria-[current=page]:font-semibold " +
  "md:min-h-9 md:flex-row md:justify-start md:gap-2.5 md:rounded-md md:px-2.5 md:text-base " +
  "md:hover:bg-hover md:aria-[current=page]:bg-hover [&_svg]:size-5 md:[&_svg]:size-4 [&_svg]:stroke-[1.75]";

/** The same list twice the size of a thumb at the bottom of a phone, and a column beside the page elsewhere. */
export function Nav({ destinations }: { destinations: Destination[] }) {
  const tools = destinations.filter(({ group }) => group === "Tools");
  return (
    <nav
      aria-label="Main"
      className="fixed inset-x-0 bottom-0 z-20 border-t border-border bg-page pb-[env(safe-area-inset-bottom)] md:static md:flex-1 md:overflow-y-auto md:border-0 md:bg-transparent md:px-3 md:pb-0"
    >
      <ul className="flex md:flex-col md:gap-px">
        {destinations
          .filter(({ group }) => group === "Portal")
          .map(({ href, label, icon, inBar }) => (
            <li key={href} className={`relative flex-1 ${inBar ? "" : "hidden md:block"}`}>
              <NavLink href={href} className={item}>
                {icon}
                {label}
                {href === "/services" ? <TroubleCount /> : null}
              </NavLink>
            </li>
          ))}
        <li className="flex-1 md:hidden">
          <MenuButton className={`${item} w-full`} />
        </li>
      </ul>
      {tools.length > 0 ? (
        <div className="mt-6 hidden md:block">
          <h2 className="px-2.5 pb-1.5 text-xs font-normal text-muted">Tools</h2>
          <ul className="flex flex-col gap-px">
            {tools.map(({ href, label, icon }) => (
              <li key={href}>
                <a href={href} className={item}>
                  {icon}
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
    </nav>
  );
}
