// A real sign-in without a browser: the same requests through Traefik, Keycloak and next-auth, form by form.
import { type Ask, ask, type Place } from "./http.ts";
import { oneTimeCode, type Person } from "./people.ts";
import { ca, origin } from "./stack.ts";

const plain = (text: string) => text.replaceAll("&amp;", "&");

/** A small cookie jar: the edge is one host, so names are enough. */
export class Browser {
  private readonly jar = new Map<string, string>();
  private readonly stack: Place;

  constructor(stack: Place = { origin, ca: ca() }) {
    this.stack = stack;
  }

  get cookie(): string {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async ask(path: string, options: Ask = {}) {
    const answer = await ask(path, {
      ...options,
      stack: this.stack,
      headers: { ...options.headers, cookie: this.cookie },
    });
    for (const line of answer.headers["set-cookie"] ?? []) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      if (value === "" || /max-age=0/i.test(line)) this.jar.delete(name);
      else this.jar.set(name, value);
    }
    return answer;
  }

  async form(path: string, fields: Record<string, string>) {
    const headers = { "content-type": "application/x-www-form-urlencoded", origin: this.stack.origin };
    return this.ask(path, { method: "POST", headers, body: new URLSearchParams(fields).toString() });
  }

  /** A write of the API, as one of the portal's own pages would send it. */
  async write(method: string, path: string, body: unknown = {}) {
    const headers = { "content-type": "application/json", "sec-fetch-site": "same-origin", origin: this.stack.origin };
    return this.ask(`/api/v1${path}`, { method, headers, body: JSON.stringify(body) });
  }

  /** Follows redirects by GET until an answer is none. */
  async follow(path: string) {
    let answer = await this.ask(path);
    for (let hops = 0; hops < 10 && answer.headers.location; hops += 1) {
      answer = await this.ask(new URL(answer.headers.location, this.stack.origin).href);
    }
    return answer;
  }
}

const actionOf = (html: string) => {
  const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1];
  if (!action) throw new Error(`no form in: ${html.slice(0, 400)}`);
  return plain(action);
};

/** Signs a person in and answers the browser that holds the session. */
export async function httpSignIn(person: Person, which: "now" | "next" = "now", stack?: Place): Promise<Browser> {
  const browser = new Browser(stack);
  const { csrfToken } = JSON.parse((await browser.ask("/api/auth/csrf")).body) as { csrfToken: string };
  const start = await browser.form("/api/auth/signin/keycloak", { csrfToken, callbackUrl: "/", json: "true" });
  const { url } = JSON.parse(start.body) as { url: string };
  const password = await browser.follow(url);
  const code = await browser.form(actionOf(password.body), { username: person.name, password: person.password });
  const done = await browser.form(actionOf(code.body), { otp: oneTimeCode(person, which) });
  const callback = done.headers.location;
  if (!callback) throw new Error(`Keycloak did not send us back: ${done.status} ${done.body.slice(0, 400)}`);
  await browser.ask(callback);
  if (!browser.cookie.includes("session")) throw new Error("the sign-in made no session");
  return browser;
}
