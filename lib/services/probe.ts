import { z } from "zod";
import { audited } from "../audit/index.ts";
import { type Principal, requirePermission } from "../auth/index.ts";
import { AppError, Conflict, messageOf } from "../platform/errors.ts";
import { runErrand } from "./errand.ts";
import { tellable } from "./inert.ts";
import { type Outcome, quietly, type Report } from "./operate.ts";
import type { ServiceRow } from "./schema.ts";
import { resolveTarget, ServiceName } from "./target.ts";

const ProbeInput = z.object({ service: ServiceName });

const Answer = z.object({
  ...{ exitCode: z.int(), output: z.string(), errors: z.string() },
  ...{ truncated: z.boolean(), tookMs: z.number() },
});

const mostLines = 40;

type Verdict = "well" | "unwell" | "unknown";

/** Tells what one container answers. Unknown: its healthcheck was not run to its end. */
async function probe({ id, name }: ServiceRow, report: Report): Promise<Verdict> {
  report(`Running the healthcheck in ${name}`);
  try {
    const { exitCode, output, errors, truncated, tookMs } = await runErrand("probe", id, Answer);
    const lines = [output, errors].flatMap((text) => text.split("\n")).flatMap((line) => tellable(line) ?? []);
    for (const line of lines.slice(0, mostLines)) report(line);
    if (truncated || lines.length > mostLines) report("The rest of what it wrote is left out");
    report(`exit code ${exitCode} after ${Math.round(tookMs)} ms`);
    return exitCode === 0 ? "well" : "unwell";
  } catch (error) {
    // The worker is away for all of them; what concerns this one says nothing of the next.
    if (!(error instanceof AppError) || error.status === 503) throw error;
    report(messageOf(error));
    return error.code === "too-slow" ? "unwell" : "unknown";
  }
}

/**
 * Runs a service's own healthcheck in each of its running containers, now, and tells what it answers. The state that the
 * engine shows stays as it is until its own next check. @throws AppError "unwell" when one does not answer well, "not-checked"
 * when one could not be asked.
 */
export async function probeService(actor: Principal, raw: unknown, report: Report = quietly): Promise<Outcome> {
  requirePermission(actor, "services:operate");
  const { service } = ProbeInput.parse(raw);
  const rows = await resolveTarget(service);
  const [first] = rows;
  const name = first?.service ?? "";
  const title = first?.title ?? name;
  const running = rows.filter(({ state }) => state === "running");
  const work = async (): Promise<Outcome> => {
    if (running.length === 0) throw new Conflict("not-running", `${title} does not run: start it first.`);
    const verdicts: Verdict[] = [];
    for (const row of running) verdicts.push(await probe(row, report));
    const of = (verdict: Verdict) => {
      const count = verdicts.filter((each) => each === verdict).length;
      return { count, where: running.length === 1 ? "" : ` in ${count} of ${running.length} containers` };
    };
    const [unwell, unknown] = [of("unwell"), of("unknown")];
    if (unwell.count > 0) {
      throw new AppError("unwell", 502, `${title} does not answer its healthcheck well${unwell.where}.`);
    }
    if (unknown.count > 0) throw new AppError("not-checked", 502, `${title} could not be checked${unknown.where}.`);
    return { services: [name], message: `${title} answers its healthcheck.` };
  };
  return audited(actor, "service.probe", name, work, { containers: running.map((row) => row.name).join(" ") });
}
