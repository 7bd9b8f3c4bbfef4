// A browser without a screen for integration tests: cookies, redirects and Keycloak's own forms, nothing else.
import { Secret, TOTP, URI } from "otpauth";

export type TestPerson = { name: string; password: string; otpauth: string };
type Handler = (request: Request) => Promise<Response>;

const decode = (html: string) => html.replaceAll("&amp;", "&").replaceAll("&#x3D;", "=");

// Keycloak takes a code once. Each code of the present and the next half minute (its look-ahead) is handed out once.
const usedUntil = new Map<string, number>();

export async function oneTimeCode(otpauth: string): Promise<string> {
  const totp = URI.parse(otpauth);
  if (!(totp instanceof TOTP)) throw new Error("not a TOTP address");
  const step = Math.floor(Date.now() / 30_000);
  const next = Math.max(step - 1, (usedUntil.get(otpauth) ?? 0) + 1);
  if (next > step + 1) await new Promise((resolve) => setTimeout(resolve, (next - 1) * 30_000 - Date.now() + 100));
  usedUntil.set(otpauth, next);
  return totp.generate({ timestamp: next * 30_000 });
}

export class TestBrowser {
  readonly jar = new Map<string, string>();
  private readonly origin: string;
  private readonly handle: Handler | null;
  /** Forms that were filled in, by their fields. */
  readonly asked: string[] = [];

  /** What `handle` answers are the paths of the portal's sign-in; everything else goes over the network. */
  constructor(origin: string, handle: Handler | null = null) {
    this.origin = origin;
    this.handle = handle;
  }

  async ask(url: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("cookie", [...this.jar].map(([name, value]) => `${name}=${value}`).join("; "));
    const request = new Request(new URL(url, this.origin), { ...init, headers, redirect: "manual" });
    const ours = this.handle && new URL(request.url).pathname.startsWith("/api/");
    const response = await (ours && this.handle ? this.handle(request) : fetch(request));
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      if (pair.length === at + 1 || /max-age=0/i.test(line)) this.jar.delete(pair.slice(0, at));
      else this.jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }

  form(url: string, fields: Record<string, string>): Promise<Response> {
    return this.ask(url, { method: "POST", body: new URLSearchParams(fields) });
  }

  /** Follows redirects until a page, or until the address is one that `until` knows. */
  async follow(response: Response, until: RegExp = /^$/): Promise<{ url: string; html: string; status: number }> {
    let answer = response;
    let url = answer.url;
    for (let hops = 0; hops < 15; hops += 1) {
      const location = answer.headers.get("location");
      if (!location) return { url, html: await answer.text(), status: answer.status };
      url = new URL(location, this.origin).href;
      if (until.test(url)) return { url, html: "", status: answer.status };
      answer = await this.ask(url);
    }
    throw new Error(`too many redirects, the last to ${url}`);
  }

  /** Fills in whatever Keycloak asks until it sends the browser to an address that `until` knows, or shows an error. */
  async signIn(start: string, person: TestPerson, until: RegExp): Promise<{ url: string; html: string }> {
    let page = await this.follow(await this.ask(start), until);
    for (let forms = 0; forms < 6; forms += 1) {
      const action = /<form[^>]*action="([^"]+)"/.exec(page.html)?.[1];
      if (until.test(page.url) || !action) return page;
      const fields = await this.answers(page.html, person);
      if (!fields) return page;
      page = await this.follow(await this.form(decode(action), fields), until);
    }
    return page;
  }

  private async answers(html: string, person: TestPerson): Promise<Record<string, string> | null> {
    const has = (name: string) => new RegExp(`name="${name}"`).test(html);
    if (has("password-new")) {
      this.asked.push("new password");
      person.password = `${person.password} and longer`;
      return { "password-new": person.password, "password-confirm": person.password };
    }
    const enrolled = /name="totpSecret"[^>]*value="([^"]+)"/.exec(html)?.[1];
    if (enrolled) {
      this.asked.push("new otp");
      person.otpauth = new TOTP({ label: person.name, secret: Secret.fromUTF8(enrolled) }).toString();
      return { totp: await oneTimeCode(person.otpauth), totpSecret: enrolled, userLabel: "test" };
    }
    if (has("otp")) {
      this.asked.push("otp");
      return { otp: await oneTimeCode(person.otpauth) };
    }
    if (has("password")) {
      this.asked.push("password");
      return { username: person.name, password: person.password };
    }
    return null;
  }
}
