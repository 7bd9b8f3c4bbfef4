import { defineConfig } from "@playwright/test";
import { chromium, origin } from "./stack.ts";
import { half } from "./storage.ts";

const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

const people = /(audit|identity|session-end|sign-in)\.spec\.ts$/;

export default defineConfig({
  testDir: ".",
  testMatch: half === "people" ? people : "*.spec.ts",
  testIgnore: half === "services" ? people : [],
  outputDir: `../test-results/${half ?? "all"}`,
  globalSetup: "./global-setup.ts",
  workers: 1,
  retries: 0,
  timeout: 60_000,
  reporter: [["list"], ["json"]],
  use: {
    baseURL: origin,
    ignoreHTTPSErrors: true,
    // Without the film of every page: a failure has its snapshots.
    trace: { mode: "retain-on-failure", screenshots: false },
    launchOptions: {
      executablePath: chromium,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    },
  },
  projects: [
    { name: "desktop", use: desktop },
    {
      name: "phone",
      use: phone,
      // What does not look or work otherwise on a phone is tried once.
      grepInvert: /@desktop/,
      testIgnore: [/(logs|overview|overview-trouble)\.spec\.ts$/, ...(half === "services" ? [people] : [])],
    },
  ],
});
