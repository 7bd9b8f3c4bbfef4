import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { fontVariables } from "./_ui/fonts";
import { parseTheme, themeColors, themeCookie } from "./_ui/theme";
import "./globals.css";

// Reading the cookie also makes every page dynamic, which the nonce of its scripts needs.
const readTheme = async () => parseTheme((await cookies()).get(themeCookie)?.value);

export const metadata: Metadata = {
  title: { default: "TaylorDash", template: "%s · TaylorDash" },
  description: "Is everything well? One page for the whole stack.",
  applicationName: "TaylorDash",
  appleWebApp: { capable: true, title: "TaylorDash", statusBarStyle: "default" },
  icons: { icon: "/icons/icon.svg", apple: "/icons/apple-touch-icon.png" },
  robots: { index: false, follow: false },
};

export async function generateViewport(): Promise<Viewport> {
  const theme = await readTheme();
  const chosen = (media: "light" | "dark") => themeColors[theme === "system" ? media : theme];
  return {
    width: "device-width",
    initialScale: 1,
    viewportFit: "cover",
    themeColor: [
      { media: "(prefers-color-scheme: light)", color: chosen("light") },
      { media: "(prefers-color-scheme: dark)", color: chosen("dark") },
    ],
  };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" data-theme={await readTheme()} className={fontVariables}>
      <body>{children}</body>
    </html>
  );
}
