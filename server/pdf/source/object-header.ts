import { isDigit, isSpace } from './syntax.ts';

/** `12 0 obj`. */
export interface ObjectHeader {
  id: number;
  generation: number;
  /** Where it begins. */
  start: number;
  /** Where it ends, and what it names begins. */
  end: number;
}

/** No cross-reference has room for a higher one (ISO 32000-1, 7.5.4). */
const highestGeneration = 65_535;

/** The header at `at`, white space before it passed over. */
export function headerAt(bytes: Buffer, at: number): ObjectHeader | undefined {
  const start = spacesEnd(bytes, at);
  const first = digitsEnd(bytes, start);
  const from = spacesEnd(bytes, first);
  const second = digitsEnd(bytes, from);
  const word = spacesEnd(bytes, second);
  if (first === start || from === first || second === from) return undefined;
  if (bytes.toString('latin1', word, word + 3) !== 'obj') return undefined;
  const generation = Number(bytes.toString('latin1', from, second));
  if (generation > highestGeneration) return undefined;
  return { id: Number(bytes.toString('latin1', start, first)), generation, start, end: word + 3 };
}

/** The header that the `obj` at `word` ends, if it is one. */
export function headerBefore(bytes: Buffer, word: number): ObjectHeader | undefined {
  const second = digitsStart(bytes, spacesStart(bytes, word));
  const start = digitsStart(bytes, spacesStart(bytes, second));
  return start < second ? headerAt(bytes, start) : undefined;
}

// Longer runs are no headers: a file of nothing else would be read over and over.
const longestSpace = 64;
const longestNumber = 32;

function spacesEnd(bytes: Buffer, at: number): number {
  const limit = at + longestSpace;
  while (at < limit && isSpace(bytes[at])) at += 1;
  return at;
}

function digitsEnd(bytes: Buffer, at: number): number {
  const limit = at + longestNumber;
  while (at < limit && isDigit(bytes[at])) at += 1;
  return at;
}

function spacesStart(bytes: Buffer, at: number): number {
  const limit = at - longestSpace;
  while (at > limit && isSpace(bytes[at - 1])) at -= 1;
  return at;
}

function digitsStart(bytes: Buffer, at: number): number {
  const limit = at - longestNumber;
  while (at > limit && isDigit(bytes[at - 1])) at -= 1;
  return at;
}
