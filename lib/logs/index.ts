export { LogDownloadQuery, LogPageAnswer, LogPageQuery, LogQuery } from "./input.ts";
export { type Download, downloadLogs, readLogs } from "./pages.ts";
export { listLoggedServices, startLogCapture, watchLogs } from "./queries.ts";
export type { LogEvents, LogPage } from "./schema.ts";
