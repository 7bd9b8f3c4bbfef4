// Atkinson Hyperlegible (SIL Open Font License): 0 and O, 1, l and I cannot be mixed up, in names read at night.
// Preloaded and optional: a first visit on a slow link keeps the system's face, instead of jumping when ours arrives.
import localFont from "next/font/local";

const text = localFont({
  src: "../../node_modules/@fontsource-variable/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-wght-normal.woff2",
  weight: "200 800",
  display: "optional",
  variable: "--font-text",
  adjustFontFallback: "Arial",
});

const code = localFont({
  src: "../../node_modules/@fontsource-variable/atkinson-hyperlegible-mono/files/atkinson-hyperlegible-mono-latin-wght-normal.woff2",
  weight: "200 800",
  display: "optional",
  variable: "--font-code",
  adjustFontFallback: false,
});

export const fontVariables = `${text.variable} ${code.variable}`;
