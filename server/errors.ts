/** Every code that a client may meet: in `userErrors`, `JobError`, `extensions.code` and the JSON errors of HTTP. */
export const errorCodes = [
  'UNAUTHENTICATED',
  'NOT_FOUND',
  'INVALID_INPUT',
  'INVALID_RANGE',
  'ALREADY_FINISHED',
  'IDEMPOTENCY_CONFLICT',
  'LIMIT_EXCEEDED',
  'RATE_LIMITED',
  'FILE_TOO_LARGE',
  'NOT_A_PDF',
  'BROKEN_PDF',
  'ENCRYPTED',
  'TOO_MANY_PAGES',
  'TOO_COMPLEX',
  'UNSUPPORTED',
  'INPUT_EXPIRED',
  'FILE_LOST',
  'MEMORY_LIMIT',
  'TIME_LIMIT',
  'ATTEMPTS_EXHAUSTED',
  'STORAGE_FULL',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

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

  constructor(
    code: ErrorCode,
    message: string,
    options: { field?: readonly string[]; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.field = options.field ?? [];
    this.retryAfter = options.retryAfter;
  }
}

/** A run of this job can succeed where another failed: the fault was ours or the moment's, not the document's. */
export const retryableCodes: ReadonlySet<ErrorCode> = new Set([
  'INTERNAL',
  'TIME_LIMIT',
  'ATTEMPTS_EXHAUSTED',
  'STORAGE_FULL',
]);
