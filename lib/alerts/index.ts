export { AlertListAnswer } from "./answers.ts";
export { listAlerts, watchAlerts } from "./queries.ts";
export type { AlertEvents, AlertList } from "./schema.ts";
