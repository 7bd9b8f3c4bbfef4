// What a service is made of, in our words. Types only: browsers load this file.
import type { Port } from "./schema.ts";
import type { RegistryCheck } from "./updates-schema.ts";

/** As of the last measurement that worked; `problem`: why the newest one did not. */
export type VolumeUsage = { bytes: number | null; measuredAt: string | null; problem: string | null };

export type ContainerFacts = {
  id: string;
  name: string;
  image: string;
  imageId: string;
  /** When the image was built; null when it is not to be had any more. */
  imageCreatedAt: string | null;
  createdAt: string;
  /** The image that its tag points to on this machine by now; null when it points to none. */
  tagged: { id: string; createdAt: string | null } | null;
  /** Null while its registry was never asked. */
  registry: RegistryCheck | null;
  /** Passwords in arguments are taken out. */
  command: string[];
  user: string;
  limits: { cpus: number | null; memoryBytes: number | null; processes: number | null };
  restartPolicy: string;
  /** What confines it: "read-only root", "no capabilities", ... */
  confinement: string[];
  healthcheck: { command: string[]; intervalMs: number; timeoutMs: number; retries: number } | null;
  probes: { at: string; tookMs: number; exitCode: number; output: string | null }[];
  ports: Port[];
  networks: { name: string; addresses: string[] }[];
  mounts: {
    kind: "volume" | "host" | "memory" | "secret";
    name: string;
    target: string;
    writable: boolean;
    /** A volume of this project: unnamed and borrowed ones are not read. */
    measurable: boolean;
    /** Of volumes that were measured. */
    usage: VolumeUsage | null;
  }[];
};

export type Neighbour = { service: string; title: string };
/** How two services are tied: what is declared, what this stack is known to do, what they share. */
export type Tie = Neighbour & { why: string };

/** The answer of `GET /api/v1/services/{service}`. */
export type ServiceFacts = {
  service: string;
  containers: ContainerFacts[];
  uses: Tie[];
  usedBy: Tie[];
  /** Networks with everybody else on them. */
  networks: { name: string; others: Neighbour[] }[];
  labels: { name: string; value: string }[];
};
