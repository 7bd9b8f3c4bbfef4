// The one pool of this process. TLS is verified against the stack's CA; the password is read at each connection.
import pg from "pg";
import { env, secret, stackCa } from "./env.ts";
import { messageOf, Unavailable } from "./errors.ts";
import { log } from "./log.ts";
import { onShutdown, processWide } from "./process-wide.ts";

export type Queryable = Pick<pg.Pool, "query">;
export type Client = pg.PoolClient;

const largestPool = { portal: 10, worker: 6, guard: 1 };

export function connectionOptions() {
  const { host, port, name, user } = env().database;
  return {
    host,
    port,
    database: name,
    user,
    password: () => secret("db_password"),
    ssl: { ca: stackCa(), servername: host, minVersion: "TLSv1.2" as const },
    application_name: `taylordash-${env().role}`,
    connectionTimeoutMillis: 5_000,
  };
}

export function pool(): pg.Pool {
  return processWide("pool", () => {
    const created = new pg.Pool({
      ...connectionOptions(),
      max: largestPool[env().role],
      idleTimeoutMillis: 30_000,
      statement_timeout: 15_000,
    });
    // An idle connection that dies (database restarted) is replaced by the next query; it must not end the process.
    // The driver hangs the whole client onto its errors, the key to cancel its queries too: the message alone is logged.
    created.on("error", (error) => log.warn({ cause: error.message }, "an idle database connection was lost"));
    // The same for one that is in use: its query fails by itself.
    created.on("connect", (client) =>
      client.on("error", ({ message }) => log.debug({ cause: message }, "a connection broke")),
    );
    onShutdown(() => created.end(), "last");
    return created;
  });
}

// Of the network, and of a server that starts, stops or is full; the driver's own three have no code.
const awayCodes =
  /^(ECONN(REFUSED|RESET|ABORTED)|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|E(HOST|NET)UNREACH|EPIPE|08...|57P0[1-3]|53300)$/;
const awayWords = /^(timeout exceeded when trying to connect|Connection terminated|Client was closed)/;

/** The same error, or Unavailable where it says that the server is away rather than what is wrong with a query. */
export function databaseError(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (!awayCodes.test(code) && !awayWords.test(messageOf(error))) return error;
  // Where it is says the log alone: whoever holds no session is told this too.
  const away = new Unavailable("database-unreachable", "The database does not answer; try again in a moment.");
  return Object.assign(away, { cause: new Error((messageOf(error) || code).slice(0, 200)) });
}

const fail = (error: unknown): never => {
  throw databaseError(error);
};

/** @throws Unavailable when the server is away. */
export async function rows<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
  return (await pool().query<T>(text, values).catch(fail)).rows;
}

/** @throws Unavailable when the server is away. */
export async function transaction<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = await pool().connect().catch(fail);
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    client.release();
    return result;
  } catch (error) {
    const broken = await client.query("rollback").then(
      () => false,
      () => true,
    );
    client.release(broken);
    throw databaseError(error);
  }
}
