import { endpoint } from "@/app/_server/api";
import { getOwnToken, isToken } from "@/lib/auth";
import { TokenSession } from "@/lib/auth/token-schema";
import { personOf } from "./sessions";

export const session = [
  endpoint({
    method: "GET",
    path: "/session",
    tag: "Session",
    summary: "Who is signed in; for an API token its owner, what it may and until when",
    permission: "signed-in",
    passive: true,
    /** `token` is null for a person. */
    answer: TokenSession.extend({ token: TokenSession.shape.token.nullable() }),
    async run({ actor }) {
      if (isToken(actor)) return getOwnToken(actor);
      const { id, name, displayName, email, role } = personOf(actor);
      return { user: { id, name, displayName, email, role }, token: null };
    },
  }),
];
