"use client";
import { longest } from "../lib/services/schema.ts";

export const fits = (name: string) => name.length <= longest;
