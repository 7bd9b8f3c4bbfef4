import type { Metadata } from "next";
import { requirePage } from "@/app/_server/session";
import { can, listSessions, listTokens, requirePermission, roles } from "@/lib/auth";
import { Header, page } from "../_identity/parts";
import { Sessions } from "./sessions";
import { Tokens } from "./tokens";

export const metadata: Metadata = { title: "Sessions" };

export default async function SessionsPage() {
  const actor = await requirePage();
  requirePermission(actor, "services:read");
  const [sessions, tokens] = await Promise.all([
    listSessions(actor, { everybody: can(actor, "sessions:read") }),
    listTokens(actor, { everybody: can(actor, "users:read") }),
  ]);
  const given = roles.slice(0, roles.indexOf(actor.role ?? "viewer") + 1);
  return (
    <div className={page}>
      <Header title="Sessions">A session ends after 15 minutes without you, and 8 hours after signing in.</Header>
      <Sessions sessions={sessions} self={actor.id} seesOthers={can(actor, "sessions:read")} />
      <Tokens tokens={tokens} self={actor.id} roles={given} />
    </div>
  );
}
