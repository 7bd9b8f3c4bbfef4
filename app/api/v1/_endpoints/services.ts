import { z } from "zod";
import { endpoint } from "@/app/_server/api";
import { OperationLine, operationResponse } from "@/app/_server/operation";
import {
  ForeignAnswer,
  listForeignContainers,
  listServices,
  listUpdates,
  measureVolumes,
  probeService,
  pullImage,
  RecreateInput,
  recreateService,
  restartService,
  ScaleInput,
  ServiceListAnswer,
  scaleService,
  startService,
  stopService,
  UpdatesAnswer,
} from "@/lib/services";

const One = z.object({
  service: z.string().describe("A service's name, a container's name, or 12 or more digits of its id"),
});
const Many = z.object({
  services: z.array(z.string()).describe("1 to 50 of them; all are checked before the first is touched"),
});

const verbs = {
  start: { run: startService, permission: "services:operate", what: "Start" },
  restart: { run: restartService, permission: "services:operate", what: "Restart" },
  stop: { run: stopService, permission: "services:admin", what: "Stop" },
} as const;

const operations = Object.entries(verbs).flatMap(([verb, { run, permission, what }]) => [
  endpoint({
    method: "POST",
    path: `/services/{service}/${verb}`,
    tag: "Services",
    summary: `${what} a service; answers its live output as JSON lines, the result last`,
    permission,
    stepUp: verb === "stop",
    lines: OperationLine,
    params: One,
    run: ({ actor, params }) => operationResponse((report) => run(actor, { services: [params.service] }, report)),
  }),
  endpoint({
    method: "POST",
    path: `/services/${verb}`,
    tag: "Services",
    summary: `${what} several services, one after the other`,
    permission,
    stepUp: verb === "stop",
    lines: OperationLine,
    body: Many,
    run: ({ actor, body }) => operationResponse((report) => run(actor, body, report)),
  }),
]);

const looks = [
  endpoint({
    method: "POST",
    path: "/services/{service}/probe",
    tag: "Services",
    summary: "Run a service's own healthcheck now, in each of its running containers; failed when one is not well",
    permission: "services:operate",
    lines: OperationLine,
    params: One,
    run: ({ actor, params }) => operationResponse((report) => probeService(actor, { service: params.service }, report)),
  }),
  endpoint({
    method: "POST",
    path: "/services/{service}/measure",
    tag: "Services",
    summary: "Count what each volume of a service takes on its disk",
    permission: "services:operate",
    lines: OperationLine,
    params: One,
    run: ({ actor, params }) =>
      operationResponse((report) => measureVolumes(actor, { service: params.service }, report)),
  }),
];

const orders = [
  endpoint({
    method: "POST",
    path: "/services/{service}/pull",
    tag: "Services",
    summary: "Fetch the image that a service's tag points to at its registry; recreate then takes it",
    permission: "services:admin",
    stepUp: true,
    lines: OperationLine,
    params: One,
    run: ({ actor, params }) => operationResponse((report) => pullImage(actor, { service: params.service }, report)),
  }),
  endpoint({
    method: "POST",
    path: "/services/{service}/recreate",
    tag: "Services",
    summary:
      "Replace a service's containers by ones of the image its tag points to now; back to the old ones on failure",
    permission: "services:admin",
    stepUp: true,
    lines: OperationLine,
    params: One,
    body: RecreateInput.omit({ service: true }),
    run: ({ actor, params, body }) =>
      operationResponse((report) => recreateService(actor, { ...body, service: params.service }, report)),
  }),
  endpoint({
    method: "POST",
    path: "/services/{service}/scale",
    tag: "Services",
    summary: "Set how many containers a service that keeps no state has; as many as before on failure",
    permission: "services:operate",
    lines: OperationLine,
    params: One,
    body: ScaleInput.omit({ service: true }),
    run: ({ actor, params, body }) =>
      operationResponse((report) => scaleService(actor, { ...body, service: params.service }, report)),
  }),
];

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
  endpoint({
    method: "GET",
    path: "/updates",
    tag: "Services",
    summary: "Every image that services run, and whether a newer one of the same tag is to be had",
    permission: "services:read",
    passive: true,
    answer: UpdatesAnswer,
    run: ({ actor }) => listUpdates(actor),
  }),
  endpoint({
    method: "GET",
    path: "/foreign-containers",
    tag: "Services",
    summary: "Other containers of this machine, by name and state alone",
    permission: "services:read",
    passive: true,
    answer: ForeignAnswer,
    run: ({ actor }) => listForeignContainers(actor),
  }),
  ...operations,
  ...looks,
  ...orders,
];
