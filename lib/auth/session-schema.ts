// What a sessions page shows and sends; the browser may import this file.
import { z } from "zod";

/** How long ended sessions are remembered at least, to say when somebody was here last. */
export const sessionsKeptDays = 7;

export const SessionInfo = z.object({
  id: z.uuid(),
  user: z.object({ id: z.string(), name: z.string() }),
  /** The session this very request came with. */
  current: z.boolean(),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  ip: z.string().nullable(),
  browser: z.string().nullable(),
  system: z.string().nullable(),
});
export type SessionInfo = z.infer<typeof SessionInfo>;

export const ListSessionsInput = z.object({
  /** Somebody else's, or everybody's: for admins. Neither: one's own. */
  userId: z.string().max(100).optional(),
  everybody: z.boolean().default(false),
});
export const EndSessionInput = z.object({ id: z.uuid("This is not the id of a session") });
export const EndOtherSessionsInput = z.object({ userId: z.string().max(100).optional() });

export const SessionState = z.object({
  /** Without a click or key press the session ends after this many seconds. */
  idleSecondsLeft: z.number().int(),
  /** It ends after this many in any case. */
  secondsLeft: z.number().int(),
  /** How long destructive actions go without another one-time code. */
  stepUpSecondsLeft: z.number().int(),
});
export type SessionState = z.infer<typeof SessionState>;
