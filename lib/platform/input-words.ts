// What zod found wrong, in sentences for people: which field, what is wrong, what to give. A message that a schema gives
// itself is kept, since it knows more.
import type { ZodError, z } from "zod";

type Issue = z.core.$ZodIssue;

/** How zod's own messages begin (4.6, English); ours never do. */
const raw = /^(Invalid |Too (small|big): |Unrecognized key)/;

const kinds: Record<string, string> = {
  ...{ string: "text", number: "a number", int: "a whole number", boolean: "true or false" },
  ...{ array: "a list", object: "a JSON object", record: "a JSON object", null: "null" },
};
const formats: Record<string, string> = {
  ...{ datetime: "a date and time such as 2026-05-04T10:00:00Z", date: "a day such as 2026-05-04" },
  ...{ uuid: "an id such as 123e4567-e89b-42d3-a456-426614174000", email: "an e-mail address" },
};

const sentence = (text: string) => {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
};

function sizeWords(issue: Extract<Issue, { code: "too_small" | "too_big" }>): string {
  const [limit, most] = issue.code === "too_small" ? [issue.minimum, "at least"] : [issue.maximum, "at most"];
  if (issue.origin === "string") return `must have ${most} ${limit} character${Number(limit) === 1 ? "" : "s"}`;
  if (issue.origin === "array") return `must have ${most} ${limit} ${Number(limit) === 1 ? "entry" : "entries"}`;
  return `must be ${most} ${limit}`;
}

function wrong(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type": {
      const kind = kinds[issue.expected] ?? issue.expected;
      return issue.message.endsWith("received undefined") ? `is missing: give ${kind}` : `must be ${kind}`;
    }
    case "invalid_value":
      return `must be ${issue.values.length > 1 ? "one of " : ""}${issue.values.join(", ")}`;
    case "invalid_format":
      return formats[issue.format] ? `must be ${formats[issue.format]}` : "is not written as it must be";
    case "too_small":
    case "too_big":
      return sizeWords(issue);
    case "unrecognized_keys":
      return `has what is not known: leave out ${issue.keys.join(", ")}`;
    default:
      return "is not understood";
  }
}

/** One sentence a field, by its path with dots; "input" is the whole. */
export function inputWords(error: ZodError): Record<string, string> {
  return Object.fromEntries(
    error.issues.map((issue) => {
      const field = issue.path.join(".");
      const words = raw.test(issue.message) ? `${field ? `“${field}”` : "The input"} ${wrong(issue)}` : issue.message;
      return [field || "input", sentence(words)];
    }),
  );
}
