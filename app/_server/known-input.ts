// What an endpoint knows of addresses and bodies. Anything else is a mistake: whoever misspells a filter must not get everything.
import { Invalid } from "@/lib/platform/errors";

const list = (names: readonly string[]) => names.map((name) => `“${name}”`).join(", ");

/** @throws Invalid, naming what is not known and what is; `what` is "query parameter" or "field of the body". */
export function refuseUnknown(what: string, given: Iterable<string>, known: readonly string[]): void {
  const unknown = [...new Set(given)].filter((name) => !known.includes(name)).map((name) => name.slice(0, 60));
  if (unknown.length === 0) return;
  const words = known.length > 0 ? `Those known here: ${list(known)}.` : "There is none here.";
  throw new Invalid("unknown-input", `Not a known ${what}: ${list(unknown.slice(0, 10))}. ${words}`, {
    unknown,
    known,
  });
}

/** The query as an object. @throws Invalid for a name that is not known, or is there twice: only one could count. */
export function queryOf(url: string, known: readonly string[]): Record<string, string> {
  const { searchParams } = new URL(url);
  const names = [...searchParams.keys()];
  refuseUnknown("query parameter", names, known);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Invalid("given-twice", `The query parameter “${twice}” is there more than once. Give it once.`);
  return Object.fromEntries(searchParams);
}

/** Only of a JSON object; what else came is the schema's matter. @throws Invalid */
export function checkFields(body: unknown, known: readonly string[]): void {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return;
  refuseUnknown("field of the body", Object.keys(body), known);
}

/** For an endpoint that takes no body; `{}` is none. @throws Invalid */
export function refuseBody(body: unknown): void {
  if (JSON.stringify(body) === "{}") return;
  throw new Invalid("no-body-here", "This takes no body. Leave it out, or send an empty JSON object.");
}
