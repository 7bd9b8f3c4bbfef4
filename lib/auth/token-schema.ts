// Inputs and types of API tokens; the browser may import this file.
import { z } from "zod";

export const longestTokenDays = 365;
export const longestDestructiveHours = 24;

export const CreateTokenInput = z
  .object({
    name: z
      .string()
      .trim()
      .min(1, "Give the token a name")
      .max(60, "A name has at most 60 characters")
      .regex(/^[^\p{C}/]*$/u, "A name has no slash and no control characters"),
    role: z.enum(["viewer", "operator", "admin"]),
    /** Whether it may do what only an admin may; such a token lives a day at most. */
    destructive: z.boolean().default(false),
    hours: z
      .number()
      .int()
      .min(1)
      .max(longestTokenDays * 24),
  })
  .refine(({ destructive, hours }) => !destructive || hours <= longestDestructiveHours, {
    path: ["hours"],
    message: `A token that may destroy lives at most ${longestDestructiveHours} hours`,
  })
  .refine(({ destructive, role }) => !destructive || role === "admin", {
    path: ["destructive"],
    message: "Only a token with the role admin may destroy: a lower role has nothing that it would open",
  });

export const TokenInfo = z.object({
  id: z.uuid(),
  name: z.string(),
  /** Its first characters, to recognise it by. */
  start: z.string(),
  owner: z.object({ id: z.string(), name: z.string() }),
  role: z.enum(["viewer", "operator", "admin"]),
  destructive: z.boolean(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  lastUsedAt: z.iso.datetime().nullable(),
  lastUsedIp: z.string().nullable(),
});
export type TokenInfo = z.infer<typeof TokenInfo>;

/** A token as it sees itself: `user` is its owner, with the role of theirs; `token.role` is the one that counts. */
export const TokenSession = z.object({
  user: z.object({
    ...{ id: z.string(), name: z.string(), displayName: z.string(), email: z.string().nullable() },
    role: z.enum(["viewer", "operator", "admin"]).nullable(),
  }),
  token: TokenInfo.omit({ owner: true }),
});
export type TokenSession = z.infer<typeof TokenSession>;

/** `secret` is shown this once. */
export const CreatedToken = z.object({ secret: z.string(), token: TokenInfo });
export type CreatedToken = z.infer<typeof CreatedToken>;

export const ListTokensInput = z.object({ everybody: z.boolean().default(false) });
export const RevokeTokenInput = z.object({ id: z.uuid("This is not the id of a token") });
