import { PDFDict, PDFName } from 'pdf-lib';
import type { Painter } from '../../source/content/painters.ts';
import { resourcesOf } from '../../source/content/painters.ts';
import { category } from '../../source/content/resource-names.ts';
import type { ResourceNames } from '../../source/content/resource-names.ts';
import { tailoredPages } from '../../source/content/tailored-pages.ts';
import { contentUseOf } from '../../source/content/used-resources.ts';
import { fieldsAndWidgets } from '../../source/fields.ts';
import type { Source } from '../../source/load.ts';
import { arrayAt, asDict, dictAt, nameAt } from '../../source/objects.ts';

/**
 * Resources without what the content that they are for does not use. Many programs give all pages one dictionary with
 * all images of the document, so that a single page would bring every other page's along.
 */
export class TrimmedResources {
  readonly #source: Source;
  /** By what is left of each dictionary: painters of equal use share theirs. */
  readonly #made = new Map<PDFDict, Map<string, PDFDict>>();
  readonly #sizes = new Map<PDFDict, number>();
  #formResources: PDFDict | undefined;
  #tailored: ReadonlySet<Painter> | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  /**
   * A smaller dictionary in the source's own terms, the same one for equal use. Undefined where the painter uses all
   * that it has, or where its content cannot be read.
   */
  of(painter: Painter): PDFDict | undefined {
    const resources = asDict(this.#source.context.lookup(resourcesOf(painter)));
    const used = resources && this.#isOpen(painter) ? contentUseOf(this.#source).of(painter) : undefined;
    return resources && used && this.#trim(resources, used.own);
  }

  /** Whether its content decides. */
  #isOpen(painter: Painter): boolean {
    this.#tailored ??= tailoredPages(this.#source);
    return !this.#tailored.has(painter);
  }

  /** Whether a painter has all that it had because nobody knows what its content uses. */
  isUnclear(painter: Painter): boolean {
    return (
      resourcesOf(painter) !== undefined && this.#isOpen(painter) && !contentUseOf(this.#source).of(painter)
    );
  }

  /** What is left of the form's default resources where all fields stay. */
  get formResources(): PDFDict | undefined {
    const form = dictAt(this.#source.catalog, 'AcroForm');
    return (this.#formResources ??= this.ofForm(fieldsAndWidgets(arrayAt(form, 'Fields'))));
  }

  /** What is left of the form's default resources. @param fields the source's that stay, and their widgets */
  ofForm(fields: readonly PDFDict[]): PDFDict | undefined {
    const form = dictAt(this.#source.catalog, 'AcroForm');
    const resources = dictAt(form, 'DR');
    const used = form && resources && contentUseOf(this.#source).ofForm(form, fields);
    if (!used) return resources;
    // Viewers offer the standard fonts for new text, and nothing comes along with one.
    for (const name of standardFonts(dictAt(resources, 'Font'))) used.own.add(category.Font, name);
    return this.#trim(resources, used.own) ?? resources;
  }

  /** @param names all are in the dictionary; undefined where it has no others */
  #trim(resources: PDFDict, names: ResourceNames): PDFDict | undefined {
    const larger = categories.filter((kind) => {
      const entries = asDict(resources.lookup(kind));
      return entries && this.#sizeOf(entries) > names.of(kind).size;
    });
    if (larger.length === 0) return undefined;
    const left = larger.map((kind) => [String(kind), ...[...names.of(kind)].map(String).toSorted()]);
    const key = JSON.stringify(left);
    const made = this.#made.get(resources) ?? new Map<string, PDFDict>();
    this.#made.set(resources, made);
    const trimmed = made.get(key) ?? cut(resources, larger, names);
    made.set(key, trimmed);
    return trimmed;
  }

  #sizeOf(entries: PDFDict): number {
    const size = this.#sizes.get(entries) ?? entries.keys().length;
    this.#sizes.set(entries, size);
    return size;
  }
}

function cut(resources: PDFDict, kinds: readonly PDFName[], names: ResourceNames): PDFDict {
  const small = resources.clone();
  for (const kind of kinds) {
    const entries = asDict(resources.lookup(kind))!;
    const chosen = PDFDict.withContext(resources.context);
    for (const name of names.of(kind)) chosen.set(name, entries.get(name)!);
    if (names.of(kind).size > 0) small.set(kind, chosen);
    else small.delete(kind);
  }
  return small;
}

function standardFonts(fonts: PDFDict | undefined): PDFName[] {
  return (fonts?.keys() ?? []).filter((name) => {
    const font = asDict(fonts!.lookup(name));
    return font && nameAt(font, 'Subtype') !== 'Type3' && !font.has(descriptor) && !font.has(descendants);
  });
}

const descriptor = PDFName.of('FontDescriptor');
const descendants = PDFName.of('DescendantFonts');
const categories = Object.values(category);
const trimmed = new WeakMap<Source, TrimmedResources>();

/** Those of a source, for all results that are made of it. */
export function trimmedResourcesOf(source: Source): TrimmedResources {
  const known = trimmed.get(source) ?? new TrimmedResources(source);
  trimmed.set(source, known);
  return known;
}
