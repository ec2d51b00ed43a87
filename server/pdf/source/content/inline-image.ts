import { endsToken } from './lexer.ts';

/** What follows an image is looked at this far: enough to tell operators from samples. */
const lookahead = 12;
const ascii85 = /\/(?:A85|ASCII85Decode)\b/;

/**
 * Where the data of an inline image ends, behind its `EI` (ISO 32000-1, 8.9.7). Nothing says how long it is, and
 * `EI` may be in the data: then what follows it does not look like operators.
 * @param at behind `ID`
 * @param header the image's dictionary, as written
 * @returns `sure` is false where another place might be the right one
 */
export function endOfImageData(bytes: Buffer, at: number, header: string): { end: number; sure: boolean } {
  let sure = true;
  // In that code `EI` may stand at the end of a line, and before its own end mark there is nothing to look for.
  const from = ascii85.test(header) ? Math.max(at, bytes.indexOf('~>', at)) : at;
  for (let found = bytes.indexOf('EI', from); found >= 0; found = bytes.indexOf('EI', found + 1)) {
    const end = found + 2;
    if (!endsToken(bytes[end])) continue;
    const stands = endsToken(bytes[found - 1]);
    const isFollowed = /^[\t\n\f\r\x20-\x7e]*(?:\(|$)/.test(bytes.toString('latin1', end, end + lookahead));
    if (stands && isFollowed) return { end, sure };
    if (stands || isFollowed) sure = false;
  }
  return { end: bytes.length, sure: false };
}
