import { endpoint } from "@/app/_server/api";
import {
  ChartsAnswer,
  ChartsInput,
  getCharts,
  getHistory,
  getService,
  getTrouble,
  HistoryAnswer,
  HistoryInput,
  ServiceFactsAnswer,
  ServiceInput,
  TroubleAnswer,
} from "@/lib/services";

const read = { method: "GET", tag: "Services", permission: "services:read", passive: true } as const;

export const history = [
  endpoint({
    ...read,
    path: "/trouble",
    summary: "What is not as it should be, worst first: since when, who made it so, and what changed just before",
    answer: TroubleAnswer,
    run: ({ actor }) => getTrouble(actor),
  }),
  endpoint({
    ...read,
    path: "/services/{service}",
    summary: "What a service is made of: containers, limits, networks, volumes, who uses it; never its environment",
    params: ServiceInput,
    answer: ServiceFactsAnswer,
    run: ({ actor, params }) => getService(actor, params),
  }),
  endpoint({
    ...read,
    path: "/services/{service}/history",
    summary: "What a service was over 24 hours or 30 days, who made it so, and how much of it is not known",
    params: HistoryInput,
    answer: HistoryAnswer,
    run: ({ actor, params }) => getHistory(actor, params),
  }),
  endpoint({
    ...read,
    path: "/services/{service}/charts",
    summary: "Processor, memory, network and disks of a service in the past",
    params: ChartsInput,
    answer: ChartsAnswer,
    run: ({ actor, params }) => getCharts(actor, params),
  }),
];
