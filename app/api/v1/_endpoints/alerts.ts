import { endpoint } from "@/app/_server/api";
import { AlertListAnswer, listAlerts } from "@/lib/alerts";

export const alerts = [
  endpoint({
    method: "GET",
    path: "/alerts",
    tag: "Alerts",
    summary: "What fires, worst first, and what is silenced or held back; says so when Alertmanager does not answer",
    permission: "services:read",
    passive: true,
    answer: AlertListAnswer,
    run: ({ actor }) => listAlerts(actor),
  }),
];
