export { grafanaKeys, grafanaToken } from "./grafana-token.ts";
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
  revokeKeycloakSession,
  revokeSessionsOfUser,
  SESSION_COOKIE,
  setSessionRole,
} from "./sessions.ts";
export { authOptions, handleAuth } from "./sign-in.ts";
export { endSession } from "./sign-out.ts";
export { requireStepUp, stepUpMaxAgeSeconds } from "./step-up.ts";
export { watchSession } from "./watch.ts";
