import { other } from "../services/index.ts";

export const broken = other;
