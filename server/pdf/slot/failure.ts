import { AppError } from '../../errors.ts';
import { isOutOfMemory } from '../source/out-of-memory.ts';
import type { Message } from './messages.ts';
import { mostBytes } from './room.ts';

type Failure =
  | Omit<Extract<Message, { type: 'refusal' }>, 'call'>
  | Omit<Extract<Message, { type: 'failure' }>, 'call'>;

/**
 * An error as it crosses to the host.
 * @param loads the document was being loaded: whatever the engine stumbles over then, the document is to blame
 */
export function explainFailure(error: unknown, loads: boolean): Failure {
  if (isOutOfMemory(error)) return refusal(outOfMemory());
  if (error instanceof Error && 'code' in error) {
    if (error.code === 'EFBIG') return refusal(outOfRoom());
    if (error.code === 'ENOSPC') return refusal(diskFull());
  }
  if (error instanceof AppError) return refusal(error);
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return refusal(new AppError('TOO_COMPLEX', 'The file is nested too deeply to be read safely.'));
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (!loads) return { type: 'failure', stack };
  return refusal(
    new AppError(
      'BROKEN_PDF',
      'The file is damaged: it cannot be read. Save it anew in a PDF program and try again.',
    ),
  );
}

/** The job needs more memory than a document of its size may have. */
export function outOfMemory(): AppError {
  return new AppError(
    'MEMORY_LIMIT',
    'The document needs more memory than it may have. Split it, or save it anew in a PDF program, and try again.',
  );
}

/** The job writes more than it may. */
export function outOfRoom(): AppError {
  return new AppError(
    'LIMIT_EXCEEDED',
    `The result would be larger than ${Math.round(mostBytes / 1e9)} GB, the most that a job may write. Do it in parts.`,
  );
}

/** Nothing of it is the job's fault. */
export function diskFull(): AppError {
  return new AppError('STORAGE_FULL', 'There is no room left for the result. Try again later.');
}

export function outOfTime(): AppError {
  return new AppError(
    'TIME_LIMIT',
    'The document takes longer than it may. Split it, or save it anew in a PDF program, and try again.',
  );
}

function refusal({ code, message, field }: AppError): Failure {
  return { type: 'refusal', code, message, field: [...field] };
}
