import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { requirePage } from "@/app/_server/session";
import { parseTheme, themeCookie } from "@/app/_ui/theme";
import { Clock } from "@/app/_ui/time";
import { stepUpSecondsLeft } from "@/lib/auth";
import { CodeFreshness } from "./_identity/code-notice";
import { NoRole } from "./_shell/no-role";
import { Shell } from "./_shell/shell";

export default async function PortalLayout({ children }: { children: ReactNode }) {
  const actor = await requirePage();
  if (!actor.role) return <NoRole actor={actor} />;
  const theme = parseTheme((await cookies()).get(themeCookie)?.value);
  return (
    <Clock now={Date.now()}>
      <CodeFreshness secondsLeft={stepUpSecondsLeft(actor)}>
        <Shell actor={actor} theme={theme}>
          {children}
        </Shell>
      </CodeFreshness>
    </Clock>
  );
}
