// An operation's answer: JSON lines while it works, its result last; or one error before anything was touched.
export type OperationLine =
  | { at: string; text: string }
  | { at: string; result: "done" | "failed"; message: string; code?: string };

const broken = (message: string): OperationLine => ({ at: new Date().toISOString(), result: "failed", message });

async function refusal(answer: Response): Promise<OperationLine> {
  const body: unknown = await answer.json().catch(() => null);
  const { error } = (body ?? {}) as { error?: { code?: string; message?: string } };
  const line = broken(error?.message ?? `The portal answered ${answer.status}. Try again in a moment.`);
  return { ...line, ...(error?.code ? { code: error.code } : {}) } as OperationLine;
}

/** POSTs and yields each line as it comes. Never throws: what breaks is the last line. */
export async function* operation(path: string, body?: unknown): AsyncGenerator<OperationLine> {
  let ended = false;
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body ?? {}),
    });
    if (!answer.ok || !answer.body) return yield await refusal(answer);
    let rest = "";
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const lines = (rest + part.value).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const parsed = JSON.parse(line) as OperationLine;
        ended = "result" in parsed;
        yield parsed;
      }
    }
  } catch {
    // Told apart below: a cut connection does not end the operation itself.
  }
  if (!ended) yield broken("The connection was lost before the result came. The page shows the state as it is.");
}
