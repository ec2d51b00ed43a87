import { AppError } from '../../server/errors.ts';
import type { Finding } from './finding.ts';

/** What came of an upload, or of one step on one document. */
export interface Trial {
  /** Path of the document. */
  file: string;
  /** `upload`, or the step and what it was asked for. */
  step: string;
  /** `done`, the code of a refusal, or what must not happen. */
  outcome: string;
  /** Why it was refused, or how it failed. */
  message?: string;
  ms: number;
  findings: Finding[];
}

/** What must not happen, whatever the document. */
export const failures = ['untyped error', 'crash', 'hang'];

/** Longer than all that a slot is allowed for a job. */
const longestMs = 20 * 60_000;

/** The file itself: nothing of Octavo is to blame. */
export class Unreadable extends Error {}

/** Does some work with a document; what came of it. Rejects where it was stopped. */
export async function attempt(
  file: string,
  step: string,
  signal: AbortSignal,
  work: (until: AbortSignal) => Promise<void>,
): Promise<Trial> {
  const start = performance.now();
  const late = AbortSignal.timeout(longestMs);
  const end = (outcome: string, error?: Error): Trial => ({
    file,
    step,
    outcome,
    ...(error && { message: messageOf(error) }),
    ms: Math.round(performance.now() - start),
    findings: [],
  });
  try {
    await work(AbortSignal.any([signal, late]));
    return end('done');
  } catch (thrown) {
    signal.throwIfAborted();
    const error = thrown as Error;
    if (error instanceof Unreadable) return end('unreadable', error);
    if (error instanceof AppError && error.code !== 'INTERNAL') return end(error.code, error);
    if (late.aborted) return end('hang', error);
    return end(/^slot (?:lost|ended)/.test(error.message) ? 'crash' : 'untyped error', error);
  }
}

/** With the place in the code, where a slot tells it. */
function messageOf({ message, cause }: Error): string {
  return typeof cause === 'string' ? `${message}: ${cause.split('\n').slice(0, 4).join(' ')}` : message;
}
