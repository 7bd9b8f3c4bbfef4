// One question to the API from the browser. Never throws: a refusal, or no answer, comes back as words.
export type Failed = { ok: false; code: string; message: string; fields: Record<string, string> };
export type Called<T> = { ok: true; data: T } | Failed;

type Method = "GET" | "POST" | "PUT" | "DELETE";

const failed = (code: string, message: string, fields = {}): Failed => ({ ok: false, code, message, fields });

/** Of a path under /api/v1; `data` is undefined where the API answers nothing. */
export async function call<T = void>(method: Method, path: string, body?: unknown): Promise<Called<T>> {
  try {
    const answer = await fetch(`/api/v1${path}`, {
      ...{ method, cache: "no-store" },
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    if (answer.ok) return { ok: true, data: (answer.status === 204 ? undefined : await answer.json()) as T };
    const { error } = ((await answer.json().catch(() => null)) ?? {}) as {
      error?: { code: string; message: string; fields?: Record<string, string> };
    };
    return failed(error?.code ?? "failed", error?.message ?? `The portal answers ${answer.status}.`, error?.fields);
  } catch {
    return failed("no-answer", "The portal does not answer. Try again in a moment.");
  }
}
