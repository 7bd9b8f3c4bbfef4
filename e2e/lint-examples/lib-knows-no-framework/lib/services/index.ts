import next from "next";

export const broken = next;
