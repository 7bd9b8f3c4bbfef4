// The import direction of the design: app -> lib/<feature> -> audit, auth -> platform.
// Each rule has a tree in e2e/lint-examples that must fail (examples.test.ts).
const { globSync, readFileSync } = require("node:fs");

const features = "services|logs|backups|mqtt|dashboards|alerts|people";
const schema = "(^|/)lib/[^/]+/(schema|[a-z]+-schema)\\.ts$";
/** Files that begin with the directive, as patterns. */
const clientFiles = globSync("{,e2e/lint-examples/*/}app/**/*.{ts,tsx}")
  .filter((file) => readFileSync(file, "utf8").startsWith('"use client"'))
  .map((file) => file.replace(/[.[\]()]/g, "\\$&"));
module.exports = {
  forbidden: [
    {
      name: "lib-knows-no-framework",
      severity: "error",
      // The portal's entry point is what loads Next.
      from: { path: "(^|/)lib/", pathNot: "(^|/)lib/server/next-handler\\.ts$" },
      to: { path: "((^|/)app/)|(node_modules/(react|react-dom|next)/)" },
    },
    {
      name: "features-never-import-each-other",
      severity: "error",
      from: { path: `(^|/)lib/(${features})/` },
      to: { path: `(^|/)lib/(${features})/`, pathNot: "(^|/)lib/$2/" },
    },
    {
      name: "platform-imports-nothing-above",
      severity: "error",
      from: { path: "(^|/)lib/platform/" },
      to: { path: `(^|/)lib/(${features}|audit|auth|worker|guard|cli|server)/` },
    },
    {
      name: "auth-and-audit-import-no-feature",
      severity: "error",
      // Tests there set a realm up and sign people in.
      from: { path: "(^|/)lib/(auth|audit)/", pathNot: "\\.test\\.ts$|/test-[^/]+$" },
      to: { path: `(^|/)lib/(${features}|worker|guard|cli|server)/` },
    },
    {
      name: "daemon-clients-only-in-platform",
      severity: "error",
      from: { path: "^(app|lib|e2e/lint-examples)/", pathNot: "(^|/)lib/platform/|\\.test\\.ts$" },
      to: { path: "node_modules/(dockerode|pg|mqtt)/" },
    },
    {
      name: "lib-folder-has-one-door",
      severity: "error",
      from: { path: "(^|/)app/" },
      to: { path: "(^|/)lib/[^/]+/", pathNot: "(^|/)lib/([^/]+/(index|schema|[a-z]+-schema)\\.ts$|platform/)" },
    },
    {
      name: "client-files-import-only-schema",
      severity: "error",
      from: { path: `^(${clientFiles.join("|")})$` },
      to: { path: "(^|/)lib/", pathNot: schema },
    },
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(\\.next|dist)/" },
  },
};
