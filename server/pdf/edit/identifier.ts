import { createHash } from 'node:crypto';

/** A file identifier, in hex. */
export function identifier(seed: string): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, 32);
}
