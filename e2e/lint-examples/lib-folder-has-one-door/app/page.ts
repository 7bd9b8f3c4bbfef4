import { other } from "../lib/services/queries.ts";

export const broken = other;
