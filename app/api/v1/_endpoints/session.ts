import { z } from "zod";
import { endpoint } from "@/app/_server/api";
import { isPerson, roles } from "@/lib/auth";
import { Unauthenticated } from "@/lib/platform/errors";

export const session = [
  endpoint({
    method: "GET",
    path: "/session",
    tag: "Session",
    summary: "Who is signed in",
    permission: "signed-in",
    passive: true,
    answer: z.object({
      user: z.object({
        id: z.string(),
        name: z.string(),
        displayName: z.string(),
        email: z.string().nullable(),
        role: z.enum(roles).nullable(),
      }),
    }),
    run: async ({ actor }) => {
      if (!isPerson(actor)) throw new Unauthenticated();
      const { id, name, displayName, email, role } = actor;
      return { user: { id, name, displayName, email, role } };
    },
  }),
];
