export { ServiceListAnswer, ServiceRowAnswer } from "./answers.ts";
export { followEngine, listServices, watchServices } from "./queries.ts";
export type { ServiceEvents, ServiceList, ServiceRow } from "./schema.ts";
