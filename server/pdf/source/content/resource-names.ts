import { PDFName } from 'pdf-lib';
import { readName } from '../names.ts';
import { ContentReader } from './content-reader.ts';

/** Names of resources, by category (ISO 32000-1, 7.8.3). */
export class ResourceNames {
  readonly #byCategory = new Map<PDFName, Set<PDFName>>();

  /** Whether it is a new one. */
  add(category: PDFName, name: PDFName): boolean {
    const names = this.#byCategory.get(category);
    if (!names) this.#byCategory.set(category, new Set([name]));
    else if (names.has(name)) return false;
    else names.add(name);
    return true;
  }

  addAll(names: ResourceNames): void {
    for (const [category, name] of names) this.add(category, name);
  }

  /** The names of one category. */
  of(category: PDFName): ReadonlySet<PDFName> {
    return this.#byCategory.get(category) ?? none;
  }

  *[Symbol.iterator](): Generator<[category: PDFName, name: PDFName]> {
    for (const [category, names] of this.#byCategory) for (const name of names) yield [category, name];
  }
}

/** What some content names. */
export interface NamedResources {
  names: ResourceNames;
  /** False where some of it made no sense, so that names may be missing. */
  sound: boolean;
  /** It ends within an operation, so that what comes next belongs to it. */
  unfinished: boolean;
}

/** Reads which resources content asks for. */
export function readResourceNames(content: Uint8Array): NamedResources {
  const names = new ResourceNames();
  const reader = new ContentReader(content);
  // Most content asks for the same few again and again, and to make a name of each takes its time.
  const asked = new Set<string>();
  while (reader.next()) {
    const naming = namings.get(reader.operator);
    if (naming) {
      const written = `${reader.operator} ${reader.written(naming.fromLast)}`;
      if (asked.has(written)) continue;
      asked.add(written);
      const name = reader.name(naming.fromLast);
      if (name) names.add(naming.category, name);
    } else if (reader.operator === 'BI') addColorSpaces(reader, names);
  }
  return { names, sound: reader.sound, unfinished: reader.operands > 0 };
}

/** The colour space of an inline image may be a resource (8.9.7). */
function addColorSpaces(reader: ContentReader, names: ResourceNames): void {
  for (let at = 0; at + 1 < reader.operands; at += 2) {
    if (!/^\/(?:CS|ColorSpace)$/.test(reader.written(at + 1))) continue;
    for (const [, name] of reader.written(at).matchAll(/\/([^\0\t\n\f\r ()<>[\]{}/%]*)/g))
      names.add(category.ColorSpace, readName(name!));
  }
}

export const category = {
  XObject: PDFName.of('XObject'),
  Font: PDFName.of('Font'),
  ExtGState: PDFName.of('ExtGState'),
  Pattern: PDFName.of('Pattern'),
  Shading: PDFName.of('Shading'),
  ColorSpace: PDFName.of('ColorSpace'),
  Properties: PDFName.of('Properties'),
} as const;

const { XObject, Font, ExtGState, Pattern, Shading, ColorSpace, Properties } = category;

/** By operator, which of its operands names a resource, and of what category. */
const namings = new Map<string, { category: PDFName; fromLast: number }>(
  (
    [
      ['Do', XObject, 0],
      ['Tf', Font, 1],
      ['gs', ExtGState, 0],
      ['scn', Pattern, 0],
      ['SCN', Pattern, 0],
      ['sh', Shading, 0],
      ['cs', ColorSpace, 0],
      ['CS', ColorSpace, 0],
      ['BDC', Properties, 0],
      ['DP', Properties, 0],
    ] as const
  ).map(([operator, of, fromLast]) => [operator, { category: of, fromLast }]),
);

const none: ReadonlySet<PDFName> = new Set();
