// Other people's text for a page: no colours, cursor movements or direction overrides, line breaks alone.
import { maskText } from "../platform/mask.ts";

const longest = 500;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const sequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)?/g;
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** At most 500 characters; null when nothing is left. */
export function inert(text: string): string | null {
  const plain = text.replace(sequences, "").replace(/\r\n?/g, "\n").replace(unseen, "").trim();
  return plain === "" ? null : plain.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "");
}

/** The same without secrets. */
export function tellable(text: string): string | null {
  const plain = inert(text);
  return plain && maskText(plain);
}
