import { defineConfig } from "vitest/config";

const alias = { "@": import.meta.dirname };

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["app/**/*.test.{ts,tsx}", "lib/**/*.test.ts", "infra/**/*.test.ts", "e2e/lint-examples/*.test.ts"],
          exclude: ["**/*.integration.test.ts"],
        },
      },
      {
        resolve: { alias },
        test: {
          name: "integration",
          setupFiles: ["lib/platform/test-setup.ts"],
          include: ["lib/**/*.integration.test.ts", "infra/**/*.integration.test.ts", "e2e/integration/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
