// The whole HTTP API. What is not in this table does not exist.
import type { Endpoint } from "@/app/_server/api";
import { services } from "./services";
import { session } from "./session";

export const endpoints: readonly Endpoint[] = [...session, ...services];
