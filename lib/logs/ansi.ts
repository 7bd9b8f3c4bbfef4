// Terminal colours, and nothing else of what a terminal would obey: every other sequence is dropped.

/** What a run of text looks like. Colours are 0 to 15 of the terminal's palette, or "#rrggbb". */
export type Style = {
  color?: number | string;
  background?: number | string;
  bold?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
  strike?: boolean;
};
export type Span = { text: string; style: Style };

// CSI; OSC, DCS, PM, APC and SOS up to their end; any other escape, and what has no end: there only the escape itself goes,
// since nothing may hide the rest of a line. Each stops at the next escape, so no text makes this slow. The 8-bit forms too.
const sequence =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this file is about
  /(?:\x1b\[|\x9b)([0-?]*)[ -/]*([@-~]?)|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x90\x98\x9b-\x9f]*(?:\x07|\x1b\\|\x9c)|\x1b[ -/]*[0-~]?|[\x90\x98\x9d-\x9f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this file is about
const any = /[\x1b\x90\x98\x9b\x9d-\x9f]/;

export const hasAnsi = (text: string): boolean => any.test(text);

/** The text that a terminal would show. */
export const stripAnsi = (text: string): string => (hasAnsi(text) ? text.replace(sequence, "") : text);

const hex = (value: number) => Math.max(0, Math.min(255, value)).toString(16).padStart(2, "0");

/** The 256-colour palette: 16 named ones, a cube of 216, 24 greys. */
function indexed(index: number): number | string | undefined {
  if (!(index >= 0 && index <= 255)) return undefined;
  if (index < 16) return index;
  if (index >= 232) return `#${hex(8 + (index - 232) * 10).repeat(3)}`;
  const step = (n: number) => (n === 0 ? 0 : 55 + n * 40);
  const cube = index - 16;
  return `#${[Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((n) => hex(step(n))).join("")}`;
}

function extended(codes: number[], at: number): { color: number | string | undefined; used: number } {
  if (codes[at] === 5) return { color: indexed(codes[at + 1] ?? -1), used: 2 };
  if (codes[at] !== 2) return { color: undefined, used: 1 };
  const [red = 0, green = 0, blue = 0] = codes.slice(at + 1, at + 4);
  return { color: `#${hex(red)}${hex(green)}${hex(blue)}`, used: 4 };
}

function apply(style: Style, parameters: string): Style {
  const codes = parameters === "" ? [0] : parameters.split(/[;:]/).map(Number);
  let next = { ...style };
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] as number;
    if (code === 0) next = {};
    else if (code === 1) next.bold = true;
    else if (code === 2) next.dim = true;
    else if (code === 3) next.italic = true;
    else if (code === 4) next.underline = true;
    else if (code === 9) next.strike = true;
    else if (code === 22) next = { ...next, bold: false, dim: false };
    else if (code === 23) next.italic = false;
    else if (code === 24) next.underline = false;
    else if (code === 29) next.strike = false;
    else if (code >= 30 && code <= 37) next.color = code - 30;
    else if (code >= 90 && code <= 97) next.color = code - 82;
    else if (code >= 40 && code <= 47) next.background = code - 40;
    else if (code >= 100 && code <= 107) next.background = code - 92;
    else if (code === 39) delete next.color;
    else if (code === 49) delete next.background;
    else if (code === 38 || code === 48) {
      const { color, used } = extended(codes, at + 1);
      if (color !== undefined) next[code === 38 ? "color" : "background"] = color;
      at += used;
    }
  }
  return next;
}

/** Runs of equal style; joined, their texts are what `stripAnsi` answers. */
export function parseAnsi(text: string): Span[] {
  if (!hasAnsi(text)) return [{ text, style: {} }];
  const spans: Span[] = [];
  let style: Style = {};
  let at = 0;
  const push = (end: number) => {
    if (end > at) spans.push({ text: text.slice(at, end), style });
  };
  for (const match of text.matchAll(sequence)) {
    push(match.index);
    at = match.index + match[0].length;
    // Parameters with a private mark (such as "?25") are no colours.
    if (match[2] === "m" && /^[\d;:]*$/.test(match[1] ?? "")) style = apply(style, match[1] ?? "");
  }
  push(text.length);
  return spans;
}
