// Characters that would change what a reader sees without being seen: shown as symbols of their own, one for one, so
// that positions in the text stay what they were.

// Control characters, line separators, direction marks and overrides, spaces
// without width (the joiners of scripts and emoji stay), interlinear marks.
const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this file is about
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]/g;
const halves = /[\ud800-\udfff]/gu;
const tags = /\udb40[\udc00-\udfff]/g;
const replacement = "\ufffd";

const symbolOf = (character: string): string => {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return replacement;
};

/** The text with every unseen character replaced by one symbol. Tabs and line breaks stay. */
export const visible = (text: string): string =>
  text.replace(unseen, symbolOf).replace(halves, replacement).replace(tags, replacement.repeat(2));
