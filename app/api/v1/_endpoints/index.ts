// The whole HTTP API. What is not in this table does not exist.
import { z } from "zod";
import { type Endpoint, endpoint } from "@/app/_server/api";
import { openApiDocument } from "@/app/_server/openapi";
import { alerts } from "./alerts";
import { audit } from "./audit";
import { history } from "./history";
import { logs } from "./logs";
import { people } from "./people";
import { services } from "./services";
import { session } from "./session";
import { sessions } from "./sessions";
import { tokens } from "./tokens";

const document = endpoint({
  method: "GET",
  path: "/openapi.json",
  tag: "API",
  summary: "This document",
  permission: "signed-in",
  passive: true,
  answer: z.looseObject({ openapi: z.string() }),
  run: async () => openApiDocument(endpoints),
});

export const endpoints: readonly Endpoint[] = [
  document,
  ...session,
  ...services,
  ...history,
  ...alerts,
  ...logs,
  ...people,
  ...sessions,
  ...tokens,
  ...audit,
];
