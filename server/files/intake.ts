import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { AppError } from '../errors.ts';

/**
 * What every upload passes on its way to storage, chunk by chunk: the size limit, the signature of a PDF and the hash.
 * The spec lets `%PDF-` stand anywhere in the first 1,024 bytes (ISO 32000-2, annex I).
 */
export function createIntake(maxBytes: number): Intake {
  const hash = createHash('sha256');
  let bytes = 0;
  let head: Buffer | undefined = Buffer.alloc(0);

  const transform = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) return done(tooLarge(maxBytes));
      hash.update(chunk);
      if (!head) return done(null, chunk);
      head = Buffer.concat([head, chunk]);
      if (head.length < signatureWindow) return done();
      const start = head;
      head = undefined;
      done(isPdf(start) ? null : notPdf(), start);
    },
    flush(done) {
      if (!head) return done();
      done(isPdf(head) ? null : notPdf(), head);
    },
  });
  return { transform, result: () => ({ bytes, sha256: hash.digest('hex') }) };
}

export interface Intake {
  transform: Transform;
  /** Once, after the end of the stream. */
  result(): { bytes: number; sha256: string };
}

export function tooLarge(maxBytes: number): AppError {
  return new AppError(
    'FILE_TOO_LARGE',
    `The file is larger than ${Math.floor(maxBytes / 1e6).toLocaleString('en')} MB, the most allowed here.`,
  );
}

const signatureWindow = 1_024;

function isPdf(head: Buffer): boolean {
  return head.subarray(0, signatureWindow).includes('%PDF-');
}

function notPdf(): AppError {
  return new AppError('NOT_A_PDF', 'This is not a PDF: it does not begin as one. Choose a PDF file.');
}
