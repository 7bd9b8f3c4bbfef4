"use client";
import { services } from "../lib/services/index.ts";

export const count = services.length;
