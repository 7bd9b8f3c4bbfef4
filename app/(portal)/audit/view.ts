// What of the trail one looks at. It lives in the address.
export const names = ["entry", "actor", "action", "target", "outcome", "from", "to"] as const;
export type View = Partial<Record<(typeof names)[number], string>>;

/** With its question mark, empty for everything. */
export function queryOf(values: Record<string, string | undefined>): string {
  const text = new URLSearchParams(Object.entries(values).flatMap(([k, v]) => (v ? [[k, v]] : []))).toString();
  return text && `?${text}`;
}
