export { grafanaKeys, grafanaToken } from "./grafana-token.ts";
export {
  type Actor,
  can,
  type HostActor,
  highestRole,
  isHost,
  type Permission,
  type Principal,
  type Role,
  requirePermission,
  roles,
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
export { watchSession } from "./watch.ts";
