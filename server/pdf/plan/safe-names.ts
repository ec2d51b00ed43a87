import { visibleText } from '../../visible-text.ts';

/** Bytes of UTF-8; file systems take 255, of which programs want some for themselves. */
export const mostNameBytes = 200;

/**
 * A name, before its extension, that any file system can hold and that means the same on each: no separators or signs of
 * Windows, no controls, no marks that do not show, no dots or spaces at its ends. Empty where nothing is left.
 */
export function safeName(text: string): string {
  return safeText(text).replace(device, '$&_');
}

/** The same for a piece of a name. */
export function safeText(text: string): string {
  return visibleText(text.replace(/[\t-\r\u0085\u2028\u2029]+/g, ' '))
    .replace(/[/\\|:]/g, '-')
    .replaceAll('"', "'")
    .replace(/[<>*?]/g, '')
    .replace(/^[\s.]+|[\s.]+$/g, '');
}

/** Windows opens these, with any extension, instead of a file. */
const device = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?= *(?:$|\.))/i;

/** The text without its end, where it is longer: never half of what a reader sees as one character, if any fits. */
export function cutToBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const start = (pieces: Iterable<string>) => {
    let kept = '';
    let left = bytes;
    for (const piece of pieces) {
      left -= Buffer.byteLength(piece);
      if (left < 0) break;
      kept += piece;
    }
    return kept;
  };
  const characters = new Intl.Segmenter().segment(text);
  return start(characters[Symbol.iterator]().map(({ segment }) => segment)) || start(text);
}

/** A safe name with its ending, which stays whole. */
export function withEnding(stem: string, ending: string): string {
  const cut = cutToBytes(stem, mostNameBytes - Buffer.byteLength(ending));
  return `${cut === stem ? stem : safeName(cut)}${ending}`;
}

/**
 * With the extension, and a number where two would be the same file to some system: in case, or in how Unicode is written.
 * @param stems each in so many bytes as it is asked for, or thereabouts
 */
export function distinctNames(stems: readonly ((bytes: number) => string)[], extension: string): string[] {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return stems.map((stem) => {
    const ended = (ending: string) =>
      withEnding(stem(mostNameBytes - Buffer.byteLength(ending)) || 'document', ending);
    let name = ended(`.${extension}`);
    const key = fold(name);
    // Where it went on the last time: a thousand of one name would count up from 2 each.
    let n = counts.get(key) ?? 1;
    while (taken.has(fold(name))) name = ended(` (${(n += 1)}).${extension}`);
    counts.set(key, n);
    taken.add(fold(name));
    return name;
  });
}

/** Both ways: `ß` and `SS` are the same file on a Mac. */
function fold(name: string): string {
  return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}
