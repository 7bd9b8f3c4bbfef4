// Errors that the portal throws on purpose. `app/_server` maps them to a status once; everything else is a bug.

export class AppError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, status: number, message: string, details: Record<string, unknown> = {}) {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

export class Invalid extends AppError {
  constructor(code: string, message: string, details?: Record<string, unknown>) {
    super(code, 400, message, details);
  }
}

export class Unauthenticated extends AppError {
  constructor(message = "You are not signed in, or your session has ended. Sign in again.") {
    super("unauthenticated", 401, message);
  }
}

export class Forbidden extends AppError {
  constructor(code: string, message: string, details?: Record<string, unknown>) {
    super(code, 403, message, details);
  }
}

export class NotFound extends AppError {
  constructor(code: string, message: string, details?: Record<string, unknown>) {
    super(code, 404, message, details);
  }
}

export class Conflict extends AppError {
  constructor(code: string, message: string, details?: Record<string, unknown>) {
    super(code, 409, message, details);
  }
}

/** A daemon behind the portal does not answer; the message names it and what to do. */
export class Unavailable extends AppError {
  constructor(code: string, message: string, details?: Record<string, unknown>) {
    super(code, 503, message, details);
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
