// What the user menu and the palette both do.
import { type Theme, themeColors, themeCookie } from "@/app/_ui/theme";

export const accountHref = "/auth/realms/taylordash/account";
export const signOutForm = "sign-out";

export const signOut = () => (document.getElementById(signOutForm) as HTMLFormElement | null)?.requestSubmit();

/** At once on this page, and in a cookie so that the next answer already has it. */
export function setTheme(theme: Theme) {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Safari.
  document.cookie = `${themeCookie}=${theme}; path=/; max-age=31536000; samesite=lax; secure`;
  document.documentElement.dataset.theme = theme;
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const dark = theme === "system" ? meta.media.includes("dark") : theme === "dark";
    meta.content = themeColors[dark ? "dark" : "light"];
  }
}
