import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../helpers/chromium.ts';
import { readStructures } from './structures.ts';
import type { Structures } from './structures.ts';
import { check, onDisk, run, scratch } from './tools.ts';

/** A document that the suite works on. */
export interface Source {
  name: string;
  path: string;
  bytes: Buffer;
  pages: number;
  structures: Structures;
  /** What `qpdf --check` answers: a result need not be better. */
  code: number;
}

/** Where `test/native/fetch` has put the documents. */
export const corpus = fileURLToPath(new URL('../../node_modules/.cache/corpus', import.meta.url));

const manuals = {
  'fullrefman.pdf': 'r-doc-pdf/usr/share/R/doc/manual/fullrefman.pdf',
  'R-intro.pdf': 'r-doc-pdf/usr/share/R/doc/manual/R-intro.pdf',
  'octave.pdf': 'octave-doc/usr/share/doc/octave/octave.pdf',
  'notation.pdf': 'lilypond-doc-pdf/usr/share/doc/lilypond/html/Documentation/notation.pdf',
  'why3.pdf': 'why3-doc-pdf/usr/share/doc/why3-doc-pdf/manual.pdf',
  'reportlab.pdf': 'python-reportlab-doc/usr/share/doc/python-reportlab-doc/reportlab-userguide.pdf',
  'form.pdf': 'cups-filters/usr/share/cups/data/form_english.pdf',
  'russian.pdf': 'cups-filters/usr/share/cups/data/form_russian.pdf',
  'web.pdf': 'lilypond-doc-pdf/usr/share/doc/lilypond/html/Documentation/web.pdf',
  'refcard.pdf': 'octave-doc/usr/share/doc/octave/refcard-a4.pdf',
} as const;

const all: readonly (readonly [what: string, open: () => Promise<Source>])[] = [
  ['2,415 pages with 24,000 links', () => manual('fullrefman.pdf')],
  ['29 MB of music', () => manual('notation.pdf')],
  ['a book with an index', () => manual('octave.pdf')],
  ['object streams', () => manual('why3.pdf')],
  ['another writer’s', () => manual('reportlab.pdf')],
  ['a form', () => manual('form.pdf')],
  ['a form in Cyrillic', () => manual('russian.pdf')],
  ['pictures', () => manual('web.pdf')],
  ['landscape in columns', () => manual('refcard.pdf')],
  ['tags', tagged],
  ['encrypted without a password', () => rewritten('R-intro.pdf', '--encrypt', '', 'owner', '256', '--')],
  ['linearized', () => rewritten('R-intro.pdf', '--linearize')],
];

/** What every step is tried on. With `NATIVE=some` every third of them: an index, a form, columns, linearized. */
export const documents = all.filter((_, index) => process.env.NATIVE !== 'some' || index % 3 === 2);

/** Some ten pages of a document (one-based), the first and others spread over it. */
export function sample({ pages }: Source): number[] {
  const every = Math.ceil(pages / 10);
  return Array.from({ length: Math.ceil(pages / every) }, (_, index) => 1 + index * every);
}

export function manual(name: keyof typeof manuals): Promise<Source> {
  return open(name, join(corpus, manuals[name]));
}

/** A manual as qpdf writes it with these options. */
export async function rewritten(name: keyof typeof manuals, ...options: string[]): Promise<Source> {
  const path = scratch();
  await run('qpdf', ...options, join(corpus, manuals[name]), path);
  return open(`${name} ${options.join(' ')}`, path);
}

/** A long tagged document as Chromium prints it: headings, lists, tables, links and pictures with descriptions. */
export async function tagged(): Promise<Source> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.setContent(`<html lang="en"><title>Tagged</title>${chapters(60)}</html>`);
    const bytes = await page.pdf({ tagged: true, outline: true, format: 'A5' });
    return await open('tagged.pdf', await onDisk(bytes));
  } finally {
    await browser.close();
  }
}

async function open(name: string, path: string): Promise<Source> {
  const bytes = await readFile(path);
  const structures = await readStructures(path);
  const { code } = await check(path);
  return { name, path, bytes, pages: structures.links.length, structures, code };
}

function chapters(count: number): string {
  const circle = '<circle cx="20" cy="20" r="15"/>';
  const picture = `<svg role="img" aria-label="A circle" width="40" height="40">${circle}</svg>`;
  return Array.from({ length: count }, (_, index) => {
    const other = (index * 7) % count;
    const rows = Array.from(
      { length: 40 },
      (_, row) => `<tr><th>${row}</th><td></td><td>cell ${index}.${row}</td></tr>`,
    );
    return (
      `<h1 id="c${index}">Chapter ${index}</h1><p>See <a href="#c${other}">chapter ${other}</a> ` +
      `and <a href="https://example.org/${index}">more</a>. ${picture}</p><ul><li>one</li><li>two <b>bold</b></li></ul>` +
      `<table border="1">${rows.join('')}</table>`
    );
  }).join('');
}
