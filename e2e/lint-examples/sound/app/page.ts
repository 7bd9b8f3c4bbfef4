import { list } from "../lib/services/index.ts";

export const page = list;
