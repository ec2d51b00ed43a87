import sharp from 'sharp';
import { readZip } from '../helpers/read-zip.ts';
import { areAlike, isBlank, type Picture } from './picture.ts';
import { lettersBetween } from './difference.ts';
import { type Finding, noteInto } from './finding.ts';
import type { Seen } from './reader.ts';

/** Ligatures, hyphens and what is hidden are each reader's own. */
const mostMissing = 0.1;

/** Holds the text of a document, a page between two form feeds, against what another reader finds on some pages. */
export function judgeText(
  { pages, structures }: Seen,
  bytes: Buffer,
  warnings: readonly string[],
): Finding[] {
  const findings: Finding[] = [];
  const note = noteInto(findings, warnings);
  const texts = bytes.toString().split('\f');
  const count = structures?.links.length ?? texts.length;
  if (texts.length !== count) note('text', `${count} pages`, `${texts.length} pages`);
  for (const [page, { text = '' }] of pages) {
    const wanted = lettersOf(text);
    const [missing] = lettersBetween(wanted, lettersOf(texts[page - 1] ?? ''));
    if (missing.length > wanted.length * mostMissing)
      note('text', `${wanted.length} letters`, `${missing.length} not found`, [
        `page ${page}`,
        missing.slice(0, 60),
      ]);
  }
  return findings;
}

/** Holds pictures of all pages, in a ZIP file, against those that another reader draws of some. */
export async function judgePictures(
  { pages, structures }: Seen,
  bytes: Buffer,
  warnings: readonly string[],
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const note = noteInto(findings, warnings);
  const drawn = [...readZip(bytes).values()];
  const count = structures?.links.length ?? drawn.length;
  if (drawn.length !== count) note('picture', `${count} pages`, `${drawn.length} pictures`);
  for (const [page, { picture }] of pages) {
    const own = drawn[page - 1];
    const fault = picture && own && faultOf(picture, await readPicture(own.data));
    if (fault) note('picture', 'as drawn elsewhere', fault, [`page ${page}`]);
  }
  return findings;
}

/** Two programs never draw a page alike: only its shape is compared, and whether there is anything. */
function faultOf(wanted: Picture, found: Picture): string | undefined {
  if (!areAlike(wanted, found))
    return `${found.width} × ${found.height} pixels, elsewhere ${wanted.width} × ${wanted.height}`;
  return isBlank(found) && !isBlank(wanted) ? 'blank' : undefined;
}

async function readPicture(bytes: Buffer): Promise<Picture> {
  const { data, info } = await sharp(bytes)
    .flatten()
    .toColourspace('b-w')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** What all readers should find. */
function lettersOf(text: string): string {
  return text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '');
}
