/**
 * Every error that a client may meet: in `userErrors`, `JobError`, `extensions.code` and the JSON errors of HTTP.
 * `status`: the HTTP status that says it best. `retryable`: the same can succeed another time; the fault was ours or the
 * moment's, not the document's.
 */
const errors = {
  UNAUTHENTICATED: { status: 401, retryable: false },
  ISSUER_UNAVAILABLE: { status: 503, retryable: true },
  NOT_FOUND: { status: 404, retryable: false },
  INVALID_INPUT: { status: 400, retryable: false },
  INVALID_RANGE: { status: 400, retryable: false },
  ALREADY_FINISHED: { status: 409, retryable: false },
  IDEMPOTENCY_CONFLICT: { status: 409, retryable: false },
  LIMIT_EXCEEDED: { status: 400, retryable: false },
  RATE_LIMITED: { status: 429, retryable: true },
  FILE_TOO_LARGE: { status: 413, retryable: false },
  NOT_A_PDF: { status: 415, retryable: false },
  BROKEN_PDF: { status: 422, retryable: false },
  ENCRYPTED: { status: 422, retryable: false },
  TOO_MANY_PAGES: { status: 422, retryable: false },
  TOO_COMPLEX: { status: 422, retryable: false },
  UNSUPPORTED: { status: 422, retryable: false },
  INPUT_EXPIRED: { status: 410, retryable: false },
  FILE_LOST: { status: 410, retryable: false },
  MEMORY_LIMIT: { status: 422, retryable: false },
  TIME_LIMIT: { status: 422, retryable: true },
  ATTEMPTS_EXHAUSTED: { status: 500, retryable: true },
  STORAGE_FULL: { status: 507, retryable: true },
  INTERNAL: { status: 500, retryable: true },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

export type ErrorCode = keyof typeof errors;

export const errorCodes = Object.keys(errors) as ErrorCode[];

/**
 * The one error that may be shown to a user: `message` says what failed and what is allowed.
 * Anything else that is thrown is our bug or an outage: it is logged, masked as INTERNAL, and retried where it can be.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  /** The path into the input, as `['input', 'steps', '0', 'rotate', 'degrees']`; empty where no field is to blame. */
  readonly field: readonly string[];
  /** Seconds after which the same may succeed, where that is known. */
  readonly retryAfter: number | undefined;
  /** Of what was masked: the log line with the cause has the same. */
  readonly requestId: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { field?: readonly string[]; retryAfter?: number; requestId?: string; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.field = options.field ?? [];
    this.retryAfter = options.retryAfter;
    this.requestId = options.requestId;
  }
}

export function statusOf(code: ErrorCode): number {
  return errors[code].status;
}

export function isRetryable(code: ErrorCode): boolean {
  return errors[code].retryable;
}
