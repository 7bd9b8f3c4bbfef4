import { maskText } from "../platform/mask.ts";
import { EngineRefusal } from "./engine.ts";

/** An answer of the guard's own instead of the engine's. */
export class Refusal extends Error {
  readonly status: number;
  /** Asking for what is gone by now is no attack: it is noted, not warned of. */
  readonly level: "info" | "warn";
  constructor(status: number, message: string, level: "info" | "warn" = "warn") {
    super(message);
    this.name = "Refusal";
    this.status = status;
    this.level = level;
  }
}

/** What the engine would not do, in its own words: no room, not running any more. */
export function inItsWords(error: unknown): unknown {
  if (!(error instanceof EngineRefusal)) return error;
  const words = maskText(error.message).slice(0, 300);
  return new Refusal(error.status < 500 ? 409 : 502, `the engine says: ${words}`, "info");
}
