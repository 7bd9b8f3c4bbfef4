// Inputs and types of the people page and its API; the browser may import this file alone.
import { z } from "zod";

export const personRoles = ["viewer", "operator", "admin"] as const;

export const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, "A name is 1 to 63 lower-case letters, digits, dots, hyphens or underscores");
const Role = z.enum(personRoles, `A role is one of ${personRoles.join(", ")}`);

export const AddPersonInput = z.object({
  name: Name,
  role: Role.nullable(),
  email: z.email("This is not an e-mail address").optional(),
  /** Makes the second factor here and shows its key once, instead of at the first sign-in. */
  totp: z.boolean().default(false),
  /** The password stays; otherwise it is changed at the first sign-in. */
  permanent: z.boolean().default(false),
  password: z.string().min(12, "A password has at least 12 characters").max(128).optional(),
});
export const PersonInput = z.object({ name: Name });
export const RoleInput = z.object({ name: Name, role: Role.nullable() });

/** `password` and `otpauth` are shown once and kept nowhere. */
export const AddedPerson = z.object({
  name: z.string(),
  password: z.string().optional(),
  otpauth: z.string().optional(),
  temporary: z.boolean(),
});
export type AddedPerson = z.infer<typeof AddedPerson>;

export const NewPassword = z.object({ name: z.string(), password: z.string(), temporary: z.boolean() });
export type NewPassword = z.infer<typeof NewPassword>;

export const PersonInfo = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  role: Role.nullable(),
  enabled: z.boolean(),
  secondFactor: z.boolean(),
  /** Whether this is the one who asks. */
  self: z.boolean(),
  lastSignInAt: z.iso.datetime().nullable(),
  liveSessions: z.number().int(),
  /** Of the live sessions, to the minute; null without one. */
  lastActiveAt: z.iso.datetime().nullable(),
});
export type PersonInfo = z.infer<typeof PersonInfo>;
