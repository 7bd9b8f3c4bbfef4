// Bundles the entry points that run beside Next in the same image: portal server, worker, guard, cli, health.
import { build } from "esbuild";

const entries = {
  server: "lib/server/main.ts",
  worker: "lib/worker/main.ts",
  guard: "lib/guard/main.ts",
  cli: "lib/cli/main.ts",
  health: "lib/server/health-main.ts",
};

await build({
  entryPoints: entries,
  outdir: "dist",
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  // The S3 client is loaded by a dynamic import, and only its ES modules have names then.
  mainFields: ["module", "main"],
  // Shared chunks keep the S3 client out of memory until something asks for it.
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  sourcemap: "linked",
  sourcesContent: false,
  minifySyntax: true,
  legalComments: "none",
  // next, next-auth and dockerode (its ssh2 has an addon) live in the standalone output; the other two are optional ways of libraries that we do not go.
  external: ["next", "next/*", "next-auth", "dockerode", "pg-native", "typescript"],
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  logLevel: "info",
});
