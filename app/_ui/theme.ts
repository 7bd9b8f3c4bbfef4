// The theme is a cookie, so the first answer already has it: no inline script, no flash.
export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export const themeCookie = "theme";
export const themeColors = { light: "#f8f6f1", dark: "#0e1219" } as const;

export const parseTheme = (value: string | undefined): Theme => themes.find((theme) => theme === value) ?? "system";
