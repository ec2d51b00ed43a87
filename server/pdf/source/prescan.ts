import { AppError } from '../../errors.ts';
import { headerOf } from './header.ts';
import { unescapeName } from './names.ts';
import { notPdf } from './refusals.ts';
import { startOfStream, statedEnd } from './stream-bounds.ts';
import { inflateStructure, tooLarge } from './structure-stream.ts';
import { isDigit, isSpace } from './syntax.ts';

const MB = 2 ** 20;
const maxObjects = 300_000;
/** Of all structure streams once inflated; real ones stay below 40 MB. */
const maxInflatedTotal = 256 * MB;
/** How far before `stream` its dictionary is looked for. */
const dictionaryWindow = 64 * 1024;

/**
 * A first look at an untrusted file, before anything parses it: cheap (500 MB in about 0.1 s), and it allocates no more
 * than 64 MB twice. It refuses the files that a parser would choke on; those that hide from it (filters
 * other than Flate, encryption) run into the slot's memory wall and deadlines instead.
 * @returns the number of indirect objects, as far as can be told without parsing
 * @throws AppError NOT_A_PDF or TOO_COMPLEX
 */
export function prescan(bytes: Buffer): { objects: number } {
  if (headerOf(bytes) === undefined) throw notPdf();
  const objects = countObjects(bytes) + scanStreams(bytes);
  if (objects > maxObjects) throw tooMany();
  return { objects };
}

/** Every `1 0 obj`; `endobj` does not follow a number. */
function countObjects(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf('obj'); at >= 0; at = bytes.indexOf('obj', at + 3)) {
    let before = at - 1;
    while (isSpace(bytes[before])) before -= 1;
    if (!isDigit(bytes[before])) continue;
    count += 1;
    if (count > maxObjects) throw tooMany();
  }
  return count;
}

/**
 * Goes from one `stream` or `endstream` to the next: inflates the object and cross-reference streams, and adds up what
 * a parser has to search for the ends of streams whose /Length does not say it.
 * @returns the number of objects within object streams
 */
function scanStreams(bytes: Buffer): number {
  let packed = 0;
  let inflated = 0;
  let searched = 0;
  let sure = 0;
  let previous = 0;
  const open: number[] = [];
  for (let at = bytes.indexOf('stream'); at >= 0; at = bytes.indexOf('stream', at + 6)) {
    if (bytes.toString('latin1', Math.max(0, at - 3), at) === 'end') {
      if (at >= sure) searched += at - (open.pop() ?? at);
    } else {
      const dictionary = dictionaryBefore(bytes, at, previous);
      const start = startOfStream(bytes, at)!;
      if (/\/(?:ObjStm|XRef)\b/.test(dictionary)) {
        const size = inflatedSize(bytes.subarray(start), dictionary);
        inflated += size;
        if (inflated > maxInflatedTotal) throw tooLarge();
        // No more than there is room for, each with its number and offset: memory is given by this count.
        const room = Math.floor(Math.max(size, bytes.length - start) / 4);
        packed += Math.min(room, Number(lastMatch(dictionary, /\/N\s*(\d{1,12})\b/g) ?? 0));
      }
      if (at >= sure) {
        const end = saidEnd(bytes, start, dictionary);
        if (end === undefined) open.push(start);
        else sure = end;
      }
    }
    previous = at + 6;
  }
  for (const start of open) searched += bytes.length - start;
  // Streams without an end nest: each of n is searched to the end of the file, 20,000 of them take minutes.
  if (searched > 2 * bytes.length + 64 * MB) {
    throw new AppError(
      'TOO_COMPLEX',
      'The file has too many streams without an end to be read safely. Save it anew in a PDF program and try again.',
    );
  }
  return packed;
}

/** What stands between the previous stream and this one: the stream's dictionary is at its end. Names unescaped. */
function dictionaryBefore(bytes: Buffer, at: number, previous: number): string {
  const text = bytes.toString('latin1', Math.max(previous, at - dictionaryWindow), at);
  // ISO 32000-1, 7.3.5: /Obj#53tm is /ObjStm.
  return unescapeName(text);
}

/** Bytes of a structure stream's last Flate layer; 0 where it is none. */
function inflatedSize(data: Buffer, dictionary: string): number {
  const filters = dictionary.slice(dictionary.lastIndexOf('/Filter'));
  const layers = Math.max(1, filters.match(/\/(?:FlateDecode|Fl)\b/g)?.length ?? 0);
  for (let layer = 0; layer < layers; layer += 1) {
    const next = inflateStructure(data);
    if (!next) return 0;
    data = next;
  }
  return data.length;
}

/** Where a stream ends, if its /Length is direct and true. */
function saidEnd(bytes: Buffer, start: number, dictionary: string): number | undefined {
  const length = lastMatch(dictionary, /\/Length\s*(\d{1,12})\b(?!\s+\d+\s+R)/g);
  return length === undefined ? undefined : statedEnd(bytes, start, Number(length), bytes.length);
}

function lastMatch(text: string, pattern: RegExp): string | undefined {
  return [...text.matchAll(pattern)].at(-1)?.[1];
}

function tooMany(): AppError {
  return new AppError(
    'TOO_COMPLEX',
    `The file is made of more than ${maxObjects.toLocaleString('en')} objects. Split it in a PDF program and upload the parts.`,
  );
}
