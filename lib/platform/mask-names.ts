// Which names promise a secret, and which values are none after all.
const secretWord =
  "pass(?:word|wd|phrase|code)s?|passw|pwd|secrets?|tokens?|jwt|credentials?|cookies?|signature|accountkey|" +
  "auth|authorization|(?:basic|digest)[-_.]?auth(?:[-_.]?users?)?|" +
  "(?:api|app|access|account|admin|auth|cookie|deploy|encryption|encrypt|hmac|jwt|license|master|private|secret|service|" +
  "session|shared|signing|ssh|storage|webhook)[-_.]?key(?:[-_.]?base)?";
/** "DB_PASSWORD", "dbPassword", "X-Api-Key", "tokens.0", "SECRET_2": the word ends the name, a number or id may follow. */
const telling = new RegExp(
  `(?:${secretWord}|(?:^|[-_.])pass|[a-z]pass(?=$))(?:[-_.]?(?:[0-9]+|value|string|plain))?$`,
  "i",
);
const soundsLike = /(?:by|com|sur|tres)pass$|(?:re|un)?auth[-_.]?(?:type|mode)$/i;

export const isTelling = (name: string): boolean => telling.test(name) && !soundsLike.test(name);

/** Short names that are common in addresses, and too common elsewhere. */
export const isTellingInQuery = (name: string): boolean =>
  isTelling(name) || /^(?:key|sig|pw|pass|code|.*[-_](?:signature|credential))$/i.test(name);

// A secret's file is no secret, nor is the name of a variable or what a shell is to read.
const path =
  /^(?:\.{1,2}\/|~\/|\/(?:run|etc|var|opt|usr|home|root|data|tmp|mnt|srv|config|certs|secrets|app|dev|proc)\/)[\w./@-]*$/;
const variable = /^\$(?:\{[A-Za-z_]\w*(?::?[-?]?)\}|[A-Z_][A-Z0-9_]+|\()/;
const plainWord = /^(?:true|false|yes|no|on|off|none|null|auto|enabled|disabled|required|optional|•••)$/i;

export function isHarmless(value: string): boolean {
  const bare = value.replace(/^\\?["']|\\?["']$/g, "");
  return bare === "" || path.test(bare) || variable.test(bare) || plainWord.test(bare);
}

/** Short options that take a password, of programs that are known for it. */
type Options = {
  /** The value is the next argument, or what follows the letter at once. */
  whole?: readonly string[];
  /** The same, but only what follows the letter at once. */
  attached?: readonly string[];
  /** Takes `user:password`. */
  pair?: readonly string[];
};

const families: readonly [RegExp, Options][] = [
  [/^(?:mysql|mariadb)[\w-]*$/, { attached: ["-p"] }],
  [/^curl$/, { pair: ["-u", "-U", "--user", "--proxy-user"] }],
  [/^(?:redis|valkey|keydb)-(?:cli|benchmark)$/, { whole: ["-a"] }],
  [/^sshpass$/, { whole: ["-p"] }],
  [/^mosquitto_(?:pub|sub|rr)$/, { whole: ["-P"] }],
  [/^mongo[a-z]*$/, { whole: ["-p"] }],
  [/^ldap[a-z]+$/, { whole: ["-w"] }],
  [/^(?:sqlcmd|bcp)$/, { whole: ["-P"] }],
];

export function optionsOf(program: string): Options | undefined {
  const name = program.split("/").at(-1) ?? "";
  return families.find(([pattern]) => pattern.test(name))?.[1];
}
