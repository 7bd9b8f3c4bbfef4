// @ts-check
/** @type {import("next").NextConfig} */
export default {
  output: "standalone",
  poweredByHeader: false,
  reactStrictMode: true,
  // The edge compresses; doing it twice costs the portal's processor.
  compress: false,
  // ssh2, which dockerode names for remote engines, has a native addon that Turbopack cannot bundle.
  serverExternalPackages: ["dockerode", "ssh2", "pg", "pino", "graphile-worker"],
  // `npm run types` checks them, and every file of the repository with them; an image is built in half the time.
  typescript: { ignoreBuildErrors: true },
  // `forbidden()`: a page that the role does not reach answers 403 (16.4 still calls it experimental).
  experimental: { authInterrupts: true },
  images: { unoptimized: true },
  turbopack: { root: import.meta.dirname },
};
