/** The audit with one entry alone, opened. */
export const entryHref = (id: string): string => `/audit?entry=${id}`;
