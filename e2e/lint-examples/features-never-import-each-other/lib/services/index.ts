import { other } from "../backups/index.ts";

export const broken = other;
