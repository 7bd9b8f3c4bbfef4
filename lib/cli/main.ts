// Entry point of `./taylordash user ...` and `audit ...`: runs inside the worker's container, speaks for whoever is root on the host.
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { ZodError } from "zod";
import { verifyAudit } from "../audit/index.ts";
import type { HostActor } from "../auth/index.ts";
import * as people from "../people/index.ts";
import { AppError, messageOf } from "../platform/errors.ts";
import { inputWords } from "../platform/input-words.ts";
import { WrongCredentials } from "../platform/keycloak.ts";
import { withRequestId } from "../platform/log.ts";
import { runShutdown } from "../platform/process-wide.ts";
import { whileUnavailable } from "../platform/retry.ts";

const actor: HostActor = { kind: "host", name: "host" };

/** Words that make no command. infra/host/user.sh adds how they go. */
class Usage extends Error {}

type Outcome = { json: unknown; human: string; failed?: boolean };

function readArguments(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        role: { type: "string" },
        "no-role": { type: "boolean" },
        email: { type: "string" },
        totp: { type: "boolean" },
        permanent: { type: "boolean" },
        "password-stdin": { type: "boolean" },
        yes: { type: "boolean" },
        untold: { type: "boolean" },
        json: { type: "boolean" },
      },
    });
  } catch (error) {
    // Node's own words go on about positional arguments.
    throw new Usage(`${messageOf(error).split(/\.\s/)[0]}.`);
  }
}

type Flags = ReturnType<typeof readArguments>["values"];

async function user(verb: string | undefined, rest: string[], flags: Flags): Promise<Outcome> {
  const [name, value] = rest;
  const done = (human: string): Outcome => ({ json: { ok: true, name }, human });
  if (verb === undefined) throw new Usage("The verb is missing.");
  if (verb !== "list" && name === undefined) throw new Usage(`The name is missing: user ${verb} NAME.`);
  const words: Record<string, number> = { list: 0, role: 2 };
  const surplus = rest[words[verb] ?? 1];
  if (surplus !== undefined) throw new Usage(`"${surplus}" is one word too many.`);
  switch (verb) {
    case "add": {
      if ((flags.role === undefined) === !flags["no-role"]) throw new Usage("Give --role ROLE, or --no-role.");
      const { email, totp, permanent } = flags;
      const password = flags["password-stdin"] ? (await text(process.stdin)).replace(/\r?\n$/, "") : undefined;
      const added = await people.addPerson(actor, {
        name,
        role: flags.role ?? null,
        email,
        totp,
        permanent,
        password,
      });
      const lines = [`User ${added.name} added.`];
      if (added.password) lines.push(`${added.temporary ? "One-time password" : "Password"}: ${added.password}`);
      lines.push(added.otpauth ? `Second factor: ${added.otpauth}` : "A second factor is set up at the first sign-in.");
      return { json: added, human: lines.join("\n") };
    }
    case "first-admin": {
      // Healthy a moment ago: PostgreSQL may have been replaced since, and Keycloak takes a while to find it.
      // An earlier try may have made the admin and lost the answer with the password in it.
      let tries = 0;
      const make = () => people.addFirstAdmin(actor, name, flags.untold || tries++ > 0);
      const first = await whileUnavailable(make, 60_000);
      // Read by `./taylordash up`, so always for machines.
      return { json: first, human: JSON.stringify(first) };
    }
    case "list": {
      const list = await people.listPersons(actor);
      const line = (user: (typeof list)[number]) =>
        [
          user.name.padEnd(24),
          (user.role ?? "no role").padEnd(10),
          user.secondFactor ? "second factor" : "-".padEnd(13),
        ]
          .concat(user.enabled ? [] : ["disabled"])
          .join("  ");
      return { json: list, human: list.map(line).join("\n") || "Nobody yet." };
    }
    case "role":
      if (value === undefined) throw new Usage(`Which role shall ${name} have?`);
      await people.setPersonRole(actor, { name, role: value === "none" ? null : value });
      return done(`User ${name} now has the role ${value}.`);
    case "reset-password": {
      const reset = await people.resetPassword(actor, { name });
      return { json: reset, human: `One-time password of ${reset.name}: ${reset.password}` };
    }
    case "reset-totp":
      await people.resetSecondFactor(actor, { name });
      return done(`User ${name} sets up a new second factor at the next sign-in.`);
    case "disable":
    case "enable":
      await (verb === "enable" ? people.enablePerson : people.disablePerson)(actor, { name });
      return done(`User ${name} is ${verb}d.`);
    case "remove":
      if (!flags.yes) {
        await people.checkPersonExists(actor, { name });
        throw new Usage(`This removes ${name} for good. Add --yes if that is meant.`);
      }
      await people.removePerson(actor, { name });
      return done(`User ${name} removed.`);
    default:
      throw new Usage(`There is no verb ${verb}.`);
  }
}

/** Whether the trail is as it was written; anything but a clear yes counts as a failure. */
async function audit(verb: string | undefined): Promise<Outcome> {
  if (verb !== "verify") throw new Usage("The one verb of audit is verify.");
  const verdict = await verifyAudit(actor);
  const { state, rows, sealedThrough, sealedAt, findings } = verdict;
  const sealed = sealedThrough ? `sealed up to row ${sealedThrough} at ${sealedAt}` : "nothing sealed yet";
  const heading = {
    intact: `The audit trail is intact: ${rows} rows, ${sealed}.`,
    broken: `The audit trail is NOT as it was written (${rows} rows, ${sealed}):`,
    unproven: `Nothing speaks against the audit trail (${rows} rows, ${sealed}), but it is not proven:`,
  }[state];
  const human = [heading, ...findings.map(({ message }) => `  ${message}`)].join("\n");
  return { json: verdict, human, failed: state !== "intact" };
}

function explain(error: unknown): string {
  if (error instanceof ZodError) return Object.values(inputWords(error)).join(" ");
  if (error instanceof WrongCredentials)
    return "Keycloak is not set up yet. ./taylordash status shows what the worker waits for.";
  if (error instanceof AppError) return error.cause ? `${error.message} (${messageOf(error.cause)})` : error.message;
  return `Something failed: ${messageOf(error)}`;
}

/** Exit codes: 0 done, 1 failed, 2 not understood. */
async function main(argv: string[]): Promise<number> {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  try {
    const { positionals, values } = readArguments(argv);
    const [group, verb, ...rest] = positionals;
    if (group !== "user" && group !== "audit") {
      throw new Usage("The commands are user and audit.");
    }
    const run = () => (group === "user" ? user(verb, rest, values) : audit(verb));
    const { json, human, failed } = await withRequestId(undefined, run);
    print(values.json ? JSON.stringify(json) : human);
    return failed ? 1 : 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Usage ? error.message : explain(error)}\n`);
    return error instanceof Usage ? 2 : 1;
  } finally {
    await runShutdown("last");
  }
}

process.exitCode = await main(process.argv.slice(2));
