import { defineConfig } from "@playwright/test";
import { chromium, origin } from "./stack.ts";

const desktop = { viewport: { width: 1440, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  outputDir: "../test-results",
  globalSetup: "./global-setup.ts",
  workers: 1,
  retries: 0,
  timeout: 60_000,
  reporter: [["list"], ["json"]],
  use: {
    baseURL: origin,
    ignoreHTTPSErrors: true,
    trace: "retain-on-failure",
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
      testMatch:
        /(audit|identity|overview-alerts|services|service-actions|service-page|session-end|shell|sign-in)\.spec\.ts$/,
    },
  ],
});
