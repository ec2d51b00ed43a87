import { AppError } from '../../errors.ts';

export function notPdf(): AppError {
  return new AppError('NOT_A_PDF', 'The file is not a PDF: it does not begin like one.');
}

/** No pages can be read from it. */
export function brokenPdf(cause?: unknown): AppError {
  return new AppError(
    'BROKEN_PDF',
    'The file is damaged: no pages can be read from it. Open it in a PDF program, save it anew and try again.',
    { cause },
  );
}

export function tooHighNumbers(): AppError {
  return new AppError(
    'TOO_COMPLEX',
    'The file gives its objects numbers that are too high to be handled. Save it anew in a PDF program and try again.',
  );
}

/** It is encrypted, and no empty password opens it. */
export function needsPassword(cause: unknown): AppError {
  return new AppError('ENCRYPTED', 'The file needs a password. Save it without one and upload it again.', {
    cause,
  });
}

/** The library throws plain errors: their words are all there is to tell them apart. */
export function explain(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const words = error instanceof Error ? error.message : String(error);
  if (/password/i.test(words)) {
    return needsPassword(error);
  }
  if (/crypt|invalid key length/i.test(words)) {
    return new AppError('ENCRYPTED', 'The file is encrypted in a way that cannot be opened here.', {
      cause: error,
    });
  }
  return brokenPdf(error);
}
