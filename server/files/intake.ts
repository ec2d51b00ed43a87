import { createHash } from 'node:crypto';
import { Transform } from 'node:stream';
import { AppError } from '../errors.ts';
import { type MediaType, sniff, sniffBytes } from './sniff.ts';

/** What every upload passes on its way to storage, chunk by chunk: the size limit, the signature and the hash. */
export function createIntake(maxBytes: number): Intake {
  const hash = createHash('sha256');
  let bytes = 0;
  let head: Buffer | undefined = Buffer.alloc(0);
  let mediaType: MediaType | undefined;

  /** Lets the first bytes through once they are known to be of something that is taken here. */
  function judge(start: Buffer, done: (error: Error | null, chunk?: Buffer) => void) {
    head = undefined;
    if (start.length === 0) return done(empty());
    mediaType ??= sniff(start);
    done(mediaType ? null : notPdf(), start);
  }

  const transform = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) return done(tooLarge(maxBytes));
      hash.update(chunk);
      if (!head) return done(null, chunk);
      head = Buffer.concat([head, chunk]);
      mediaType = sniff(head);
      if (!mediaType && head.length < sniffBytes) return done();
      judge(head, done);
    },
    flush(done) {
      if (!head) return done();
      judge(head, done);
    },
  });
  return {
    transform,
    passed: () => bytes,
    result: () => ({ bytes, sha256: hash.digest('hex'), mediaType: mediaType ?? 'application/pdf' }),
  };
}

export interface Intake {
  transform: Transform;
  /** Bytes, so far. */
  passed(): number;
  /** Once, after the end of the stream. */
  result(): { bytes: number; sha256: string; mediaType: MediaType };
}

export function tooLarge(maxBytes: number): AppError {
  return new AppError(
    'FILE_TOO_LARGE',
    `The file is larger than ${Math.floor(maxBytes / 1e6).toLocaleString('en')} MB, the most allowed here.`,
  );
}

export function empty(): AppError {
  return new AppError('INVALID_INPUT', 'The file is empty: it has 0 bytes. Choose another, or save it anew.');
}

function notPdf(): AppError {
  return new AppError(
    'NOT_A_PDF',
    'This is not a PDF: it does not begin as one. Choose a PDF file, or a PNG or JPEG for a stamp.',
  );
}
