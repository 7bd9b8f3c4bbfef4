import { endpoint } from "@/app/_server/api";
import { listServices, ServiceListAnswer } from "@/lib/services";

export const services = [
  endpoint({
    method: "GET",
    path: "/services",
    tag: "Services",
    summary: "Every container of this project, worst first",
    permission: "services:read",
    passive: true,
    answer: ServiceListAnswer,
    run: ({ actor }) => listServices(actor),
  }),
];
