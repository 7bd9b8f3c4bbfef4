export { backChannelLogout } from "./back-channel-logout.ts";
export { confirmDueSessions } from "./confirm.ts";
export { grafanaKeys, grafanaToken } from "./grafana-token.ts";
export {
  endOneSession,
  endOtherSessions,
  extendSession,
  listSessions,
  sessionState,
} from "./manage-sessions.ts";
export {
  type Actor,
  can,
  type HostActor,
  highestRole,
  isHost,
  isPerson,
  isToken,
  type Permission,
  type Principal,
  type Role,
  requirePermission,
  roles,
  type TokenActor,
} from "./permissions.ts";
export {
  resolveSession,
  revokeSessionsOfUser,
  SESSION_COOKIE,
  setSessionRole,
  setUserEnabled,
} from "./sessions.ts";
export { authOptions, handleAuth, readCookie } from "./sign-in.ts";
export { endSession } from "./sign-out.ts";
export { refuseToken, requireStepUp, stepUpMaxAgeSeconds, stepUpSecondsLeft } from "./step-up.ts";
export {
  createToken,
  getOwnToken,
  listTokens,
  requireToken,
  resolveToken,
  revokeToken,
  revokeTokensOfUser,
  tokenOwnersToCheck,
} from "./tokens.ts";
export { watchSession } from "./watch.ts";
