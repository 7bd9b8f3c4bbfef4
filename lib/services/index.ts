export { ServiceListAnswer, ServiceRowAnswer } from "./answers.ts";
export { followEngine, listServices, watchServices } from "./queries.ts";
export { restartService } from "./restart.ts";
export type { ServiceEvents, ServiceList, ServiceRow } from "./schema.ts";
export { startService } from "./start.ts";
export { stopService } from "./stop.ts";
