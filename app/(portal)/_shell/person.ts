/** Who is signed in, as far as the shell shows it. */
export type Person = { name: string; displayName: string; email: string | null; role: string | null };
