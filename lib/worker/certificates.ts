// When certificates end: a metric each, and a warning in the log from 45 days before.
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connect } from "node:tls";
import { env, stackCa } from "../platform/env.ts";
import { messageOf } from "../platform/errors.ts";
import { log } from "../platform/log.ts";
import { Gauge, registry } from "../platform/metrics.ts";

export const warnDays = 45;
const dayMs = 86_400_000;

export type Expiry = { name: string; endsAt: Date };

/** Inner TLS listeners in reach, asked for the leaf they really present: a renewed file does not help an old process. */
const listeners: [name: string, host: string, port: number][] = [
  ["portal", "portal", 3000],
  ["keycloak", "keycloak", 8443],
  ["mosquitto", "mosquitto", 8884],
  ["objectstore", "objectstore", 8333],
];

/** One that has run out is no listener that is away: it ended, at the latest, now. */
export const presented = (host: string, port: number, ca = stackCa()) =>
  new Promise<Date>((resolve, reject) => {
    const socket = connect({ host, port, servername: host, ca, timeout: 5_000 }, () => {
      resolve(new Date(socket.getPeerCertificate().valid_to));
      socket.end();
    });
    socket.once("timeout", () => socket.destroy(new Error("no answer within 5 s")));
    socket.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "CERT_HAS_EXPIRED" ? resolve(new Date()) : reject(error),
    );
  });

/** The bundle that `up` writes: the public half of every leaf, each under a line with its service's name. */
export const leavesIn = (bundle: string): Expiry[] =>
  [...bundle.matchAll(/^# (\S+)\s(-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----)/gm)].flatMap(
    ([, name = "", pem = ""]) => {
      try {
        return [{ name, endsAt: new X509Certificate(pem).validToDate }];
      } catch (error) {
        // One that cannot be read must not hide the others.
        log.warn({ certificate: name, cause: messageOf(error) }, "a certificate cannot be read");
        return [];
      }
    },
  );

/** By name, soonest first: a file and the listener that still presents an older one are both told of. */
export async function readExpiries(): Promise<Expiry[]> {
  const file = (path: string) => readFile(join(env().tlsDir, path), "utf8");
  const all = await Promise.allSettled([
    file("ca.crt").then((pem) => [{ name: "ca", endsAt: new X509Certificate(pem).validToDate }]),
    file("leaves.crt").then(leavesIn),
    ...listeners.map(async ([name, host, port]) => [{ name, endsAt: await presented(host, port) }]),
  ]);
  // A listener that is away is somebody else's alarm.
  const found = all.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
  const soonest = new Map<string, Expiry>();
  for (const one of found) {
    const known = soonest.get(one.name);
    if (!known || one.endsAt < known.endsAt) soonest.set(one.name, one);
  }
  return [...soonest.values()];
}

/** The ones that end within the warning time, soonest first, with whole days left. */
export function endingSoon(expiries: readonly Expiry[], now = new Date()): { name: string; daysLeft: number }[] {
  return expiries
    .map(({ name, endsAt }) => ({ name, daysLeft: Math.floor((endsAt.getTime() - now.getTime()) / dayMs) }))
    .filter(({ daysLeft }) => daysLeft <= warnDays)
    .sort((a, b) => a.daysLeft - b.daysLeft);
}

const expiry = () =>
  new Gauge({
    name: "taylordash_certificate_expiry_timestamp_seconds",
    help: "When this certificate ends, in seconds since 1970",
    labelNames: ["certificate"],
    registers: [registry],
  });

/** Looks at once, after a minute (daemons are up by then) and every six hours; answers how to stop. */
export function watchCertificates(): () => void {
  const gauge = expiry();
  const look = async () => {
    const expiries = await readExpiries();
    for (const { name, endsAt } of expiries) gauge.set({ certificate: name }, Math.floor(endsAt.getTime() / 1000));
    for (const { name, daysLeft } of endingSoon(expiries)) {
      log.warn({ certificate: name, daysLeft }, "a certificate ends soon; run ./taylordash up to renew it");
    }
  };
  const run = () => void look().catch((error: unknown) => log.warn({ err: error }, "certificates could not be read"));
  run();
  const soon = setTimeout(run, 60_000);
  const often = setInterval(run, 6 * 3_600_000);
  return () => {
    clearTimeout(soon);
    clearInterval(often);
  };
}
