// Errors that the portal throws on purpose. `app/_server` maps them to a status once; everything else is a bug.

export class AppError extends Error {
  static readonly kind: string = "AppError";
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, status: number, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.name = new.target.kind;
    this.code = code;
    this.status = status;
    this.details = details;
  }

  /** By kind, not by class: Next compiles this file into several bundles, whose errors meet where something is shared. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    let type: unknown = value instanceof Object ? value.constructor : null;
    for (; typeof type === "function"; type = Object.getPrototypeOf(type)) {
      // biome-ignore lint/complexity/noThisInStatic: it is the class that is asked for, not always this one.
      if (Object.hasOwn(type, "kind") && (type as typeof AppError).kind === this.kind) return true;
    }
    return false;
  }
}

export class Invalid extends AppError {
  static override readonly kind: string = "Invalid";

  constructor(code: string, message: string, details?: Record<string, unknown>) {
    super(code, 400, message, details);
  }
}

export class Unauthenticated extends AppError {
  static override readonly kind: string = "Unauthenticated";

  constructor(message = "You are not signed in, or your session has ended. Sign in again.") {
    super("unauthenticated", 401, message);
  }
}

export class Forbidden extends AppError {
  static override readonly kind: string = "Forbidden";

  constructor(code: string, message: string, details?: Record<string, unknown>) {
    super(code, 403, message, details);
  }
}

export class NotFound extends AppError {
  static override readonly kind: string = "NotFound";

  constructor(code: string, message: string, details?: Record<string, unknown>) {
    super(code, 404, message, details);
  }
}

export class Conflict extends AppError {
  static override readonly kind: string = "Conflict";

  constructor(code: string, message: string, details?: Record<string, unknown>) {
    super(code, 409, message, details);
  }
}

/** Too often: `details.retryAfterSeconds` says when to come back. */
export class TooMany extends AppError {
  static override readonly kind: string = "TooMany";

  constructor(code: string, message: string, retryAfterSeconds: number) {
    super(code, 429, message, { retryAfterSeconds });
  }
}

/** A daemon behind the portal does not answer; the message names it and what to do. */
export class Unavailable extends AppError {
  static override readonly kind: string = "Unavailable";
  /** All of it that Next lets a page's error boundary see. */
  readonly digest: string;

  constructor(code: string, message: string, details?: Record<string, unknown>) {
    super(code, 503, message, details);
    this.digest = code;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
