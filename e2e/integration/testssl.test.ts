// What testssl.sh thinks of the edge under a named domain, the stack's own CA given: the best grade, and no finding that
// nobody has looked at.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { eventually } from "../../lib/platform/test-daemons.ts";
import { docker } from "../stack.ts";
import { buildTools, makeSmallStack, readCa, type SmallStack, toolsImage } from "../tools/small-stack.ts";

const domain = "dash.example.test";
const Findings = z.array(z.object({ id: z.string(), severity: z.string(), finding: z.string() }));
type Finding = z.infer<typeof Findings>[number];

// The stack's own CA publishes no list of revoked certificates: `up` replaces them instead.
const known = ["cert_revocation"];
// About the machine that runs testssl.sh, and about this small stack: nobody stands behind its edge.
const ofTheTest = ["engine_problem", "HTTP_status_code"];

/** What keeps the grade down, and what is worse than LOW and not known. */
const trouble = (findings: Finding[]) =>
  findings
    .filter(
      ({ id, severity }) => id.startsWith("grade_cap") || ["WARN", "MEDIUM", "HIGH", "CRITICAL"].includes(severity),
    )
    .filter(({ id }) => ![...known, ...ofTheTest].includes(id))
    .map(({ id, severity, finding }) => `${id} ${severity} ${finding}`);

const folder = mkdtempSync(join(tmpdir(), "tdtls-report-"));
let stack: SmallStack;

beforeAll(async () => {
  stack = await makeSmallStack({ project: "tdtls", domain });
  await buildTools(stack);
  await stack.compose("up", "-d", "traefik", "docker-guard");
  await eventually(() => stack.served(readCa(stack)), 30_000);
});

afterAll(async () => {
  await stack?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function report(): Promise<Finding[]> {
  const network = `${stack.project}_public`;
  const id = (await stack.compose("ps", "-q", "traefik")).trim();
  const address = `{{(index .NetworkSettings.Networks "${network}").IPAddress}}`;
  const ip = (await docker("inspect", "-f", address, id)).trim();
  // All that the grade needs and every vulnerability; simulated browsers change no grade and take as long again.
  const checks = ["-p", "-s", "-f", "-S", "-h", "-U"];
  const quiet = ["--quiet", "--color", "0", "--warnings", "off", "--nodns", "none", "--ip", ip];
  const files = ["--add-ca", "/ca.crt", "--jsonfile", "/report/report.json"];
  const mounts = ["-v", `${stack.state}/secrets/ca/ca.crt:/ca.crt:ro`, "-v", `${folder}:/report`];
  await docker(
    ...["run", "--rm", "--network", network, "--memory", "512m", ...mounts, toolsImage],
    ...["timeout", "280", "testssl", ...quiet, ...files, ...checks, `${domain}:8443`],
  );
  return Findings.parse(JSON.parse(readFileSync(join(folder, "report.json"), "utf8")));
}

it("gives A+ on a named domain, with nothing that caps the grade and no finding that is not known", async () => {
  const findings = await report();
  const small = findings.filter((f) => f.severity === "LOW" || known.includes(f.id));
  console.log(`testssl.sh: ${small.map(({ id, severity, finding }) => `${id} ${severity} ${finding}`).join("; ")}`);
  expect(trouble(findings)).toEqual([]);
  expect(findings.find(({ id }) => id === "overall_grade")?.finding).toBe("A+");
  expect(findings.find(({ id }) => id === "HSTS_time")?.finding).toContain("31536000");
}, 290_000);

it("would name a capped grade and a new finding", () => {
  const bad = [
    { id: "grade_cap_reason_1", severity: "INFO", finding: "Grade capped to T. Issues with chain of trust" },
    { id: "TLS1", severity: "MEDIUM", finding: "offered" },
    { id: "cert_revocation", severity: "HIGH", finding: "Neither CRL nor OCSP URI provided" },
  ];
  expect(trouble(bad)).toHaveLength(2);
});
