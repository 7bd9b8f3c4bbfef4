// Entry point of the worker: sets the stack up and keeps it so, runs jobs, exports what has no exporter of its own.
import { type BrokerLogin, connectBroker, withControl } from "../platform/broker.ts";
import { env, secret } from "../platform/env.ts";
import { log } from "../platform/log.ts";
import { migrate } from "../platform/migrate.ts";
import { runShutdown } from "../platform/process-wide.ts";
import { retry } from "../platform/retry.ts";
import { ensureBuckets } from "../platform/s3.ts";
import { endHandedOverOrders } from "../services/index.ts";
import { sealTrail } from "./audit-seal.ts";
import { accounts, ensureAccounts } from "./broker-accounts.ts";
import { exportBrokerMetrics } from "./broker-metrics.ts";
import { watchCertificates } from "./certificates.ts";
import { containerMetrics, metricsPath } from "./container-metrics.ts";
import { startHealthServer } from "./health-server.ts";
import { recordHistory } from "./history.ts";
import { watchIdentity } from "./identity.ts";
import { watchImages } from "./image-checks.ts";
import { startJobs } from "./jobs.ts";
import { captureLogs } from "./log-capture.ts";
import { setUpRealm } from "./realm/reconcile.ts";
import { rounds } from "./rounds.ts";
import { startSetUp, type Task } from "./set-up.ts";
import { watchVolumes } from "./volume-usage.ts";

const worksAtBroker = (login: BrokerLogin) =>
  connectBroker(login).then(
    (client) => client.endAsync(true).then(() => true),
    () => false,
  );

const tasks: Task[] = [
  {
    name: "migrations",
    fix: "Run ./taylordash logs postgres.",
    run: () => migrate(),
  },
  {
    name: "keycloak realm",
    fix: "Run ./taylordash logs keycloak.",
    run: async () =>
      (
        await setUpRealm({
          origin: env().origin,
          portalSecret: secret("oidc_client_secret"),
          serviceSecret: secret("keycloak_admin_secret"),
          peopleSecret: secret("keycloak_people_secret"),
          bootstrapSecret: secret("keycloak_bootstrap_secret"),
        })
      ).changed,
  },
  {
    name: "broker accounts",
    fix: "Run ./taylordash logs mosquitto.",
    run: () =>
      withControl(
        { username: "admin", password: secret("mqtt_admin_password"), clientId: `taylordash-setup-${process.pid}` },
        (send) => ensureAccounts(send, secret("mqtt_password"), worksAtBroker),
      ),
  },
  {
    name: "buckets",
    fix: "Run ./taylordash logs objectstore.",
    run: () =>
      ensureBuckets([
        { name: "backups", objectLock: true },
        { name: "artefacts", objectLock: false },
        { name: "audit", objectLock: true },
      ]),
  },
];

const stopping = new AbortController();
const setUp = startSetUp(tasks, stopping.signal);
const closeServer = await startHealthServer(env().port, setUp, { [metricsPath]: containerMetrics });
const stopCertificates = watchCertificates();
const workerAccount = accounts[1];
const broker = exportBrokerMetrics(
  () => ({ username: workerAccount.username, clientId: workerAccount.clientId, password: secret("mqtt_password") }),
  stopping.signal,
);
const history = recordHistory(stopping.signal);
const logs = captureLogs(stopping.signal);
const identity = watchIdentity(stopping.signal);
const images = watchImages(stopping.signal);
const volumes = watchVolumes(stopping.signal);
const seal = sealTrail(stopping.signal);
const handedOver = rounds("orders handed over", 15_000, stopping.signal, () => endHandedOverOrders());
const jobs = retry(startJobs, {
  signal: stopping.signal,
  onFailure: (error, attempt) => attempt === 5 && log.warn({ err: error }, "the job runner does not start yet"),
});

async function stop() {
  log.info("worker stops");
  setTimeout(() => process.exit(1), 25_000).unref();
  stopping.abort();
  stopCertificates();
  await jobs.then((drain) => drain()).catch(() => undefined);
  await Promise.allSettled([
    setUp.finished,
    broker,
    history,
    logs,
    identity,
    images,
    volumes,
    seal,
    handedOver,
    closeServer(),
  ]);
  await runShutdown("first");
  await runShutdown("last");
  process.exit(0);
}
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void stop());
