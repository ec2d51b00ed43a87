import { readFile } from 'node:fs/promises';
import { serialize } from 'node:v8';
import { type PDFiumDocument, PDFiumLibrary } from '@hyzyla/pdfium';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { qpdf, qpdfObjects } from '../helpers/read-pdf.ts';
import { structuresOf } from '../native/structures.ts';
import type { Picture } from './picture.ts';
import { countDrawings, firstOf, longestSide, type PageSeen, sample, type Seen } from './reader.ts';

/** `npm-read.ts look FILE [PAGE …]` or `npm-read.ts first FILE`: writes what a `Reader` tells of it, in V8's format. */
const [what, path, ...numbers] = process.argv.slice(2);
const bytes = await readFile(path!);
const answer = what === 'look' ? await look(numbers.map(Number)) : await drawingsOfFirst();
process.stdout.write(serialize(answer));

async function look(numbersGiven: readonly number[]): Promise<Seen> {
  const { code, text } = await qpdf(bytes, '--check', '/in.pdf');
  const objects = await qpdfObjects(bytes).catch(() => undefined);
  const structures = objects && structuresOf(objects);
  const pages = new Map<number, PageSeen>();
  const wanted = numbersGiven.length > 0 ? numbersGiven : sample(structures);
  const document = await open().catch(() => undefined);
  for (const page of wanted) {
    const picture = document && (await draw(document, page - 1).catch(() => undefined));
    pages.set(page, { picture, text: await textOf(page).catch(() => undefined) });
  }
  return { code, words: text, structures, drawings: countDrawings(objects ?? {}), pages };
}

async function open(): Promise<PDFiumDocument> {
  return (await PDFiumLibrary.init()).loadDocument(bytes);
}

async function draw(document: PDFiumDocument, index: number): Promise<Picture> {
  const page = document.getPage(index);
  const { originalWidth, originalHeight } = page.getOriginalSize();
  const scale = longestSide / Math.max(originalWidth, originalHeight);
  const [width, height] = [originalWidth, originalHeight].map((side) =>
    Math.max(1, Math.round(side * scale)),
  );
  const size = { width: width!, height: height! };
  const { data } = await page.render({ ...size, scale: 1, render: 'bitmap', renderFormFields: true });
  const grey = new Uint8Array(size.width * size.height);
  for (let at = 0; at < grey.length; at += 1)
    grey[at] = (data[at * 4]! + data[at * 4 + 1]! + data[at * 4 + 2]!) / 3;
  return { ...size, data: grey };
}

async function textOf(page: number): Promise<string> {
  const task = getDocument({ data: new Uint8Array(bytes), useSystemFonts: false, verbosity: 0 });
  const { items } = await (await (await task.promise).getPage(page)).getTextContent();
  await task.destroy();
  return items.map((item) => ('str' in item ? item.str : '')).join(' ');
}

async function drawingsOfFirst(): Promise<number | undefined> {
  const { out } = await qpdf(bytes, ...firstOf('/in.pdf', '/out.pdf'));
  return out && countDrawings(await qpdfObjects(out));
}
