import { query } from "../platform/postgres.ts";

export const list = query;
