/** A path of this very origin, or the overview: nobody is led elsewhere by a crafted address. */
export function safePath(given: string | undefined): string {
  if (!given) return "/";
  const base = "https://portal.invalid";
  try {
    const url = new URL(given, base);
    const path = `${url.pathname}${url.search}${url.hash}`;
    // Two slashes or a backslash at the start name another host to a browser.
    return url.origin === base && /^\/(?![/\\])/.test(path) && given.startsWith("/") ? path : "/";
  } catch {
    return "/";
  }
}
