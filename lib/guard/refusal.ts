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
