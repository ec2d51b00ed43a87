import { PDFName } from 'pdf-lib';
import type { PDFDict, PDFObject, PDFStream } from 'pdf-lib';
import type { Source } from '../load.ts';
import { asDict, keyOf } from '../objects.ts';
import { unpackContent } from './page-content.ts';
import { appearancesOf, colorSpacesIn, looksOf, contentsOf, paintersIn, resourcesOf } from './painters.ts';
import type { Painter } from './painters.ts';
import { category, readResourceNames, ResourceNames } from './resource-names.ts';
import type { NamedResources } from './resource-names.ts';

/** What a painter and all that it draws ask for. */
export interface UsedResources {
  /** Of its own resources. */
  own: ResourceNames;
  /** Of those of whoever draws it: it has none, or they lack it (ISO 32000-1, 7.8.3). */
  others: ResourceNames;
}

/** For a document, in bytes of content: some 3 s. */
const mostBytes = 300_000_000;
/** What a name costs that is handed on from painter to painter. */
const perName = 100;
const deepest = 40;

/** Finds out what the content of a source uses. Reads each piece of it once. */
export class ContentUse {
  readonly #source: Source;
  /** Undefined also while it is worked out: what draws itself is not understood. */
  readonly #used = new Map<Painter, UsedResources | undefined>();
  readonly #streams = new Map<PDFStream, NamedResources | undefined>();
  #left = mostBytes;
  #depth = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Undefined where the content, or some that it draws, cannot be read safely: it may use anything. */
  of(painter: Painter): UsedResources | undefined {
    if (this.#used.has(painter) || this.#depth >= deepest) return this.#used.get(painter);
    this.#used.set(painter, undefined);
    this.#depth += 1;
    const names = this.#namesIn(painter);
    const used = names && this.#survey(resourcesOf(painter), names, appearancesOf(painter));
    this.#depth -= 1;
    this.#used.set(painter, used);
    return used;
  }

  /** What fields and their widgets use of a form's default resources. @param form the catalog's `AcroForm` */
  ofForm(form: PDFDict, fields: readonly PDFDict[]): UsedResources | undefined {
    const texts = [form, ...fields].map((field) => keyOf(field.lookup(PDFName.of('DA'))) ?? '');
    const { names, sound } = readResourceNames(Buffer.from(texts.join('\n'), 'latin1'));
    return sound ? this.#survey(form.get(PDFName.of('DR')), names, looksOf(fields)) : undefined;
  }

  /** @param looks drawn with the same resources, where they have none of their own */
  #survey(
    from: PDFObject | undefined,
    names: ResourceNames,
    looks: readonly PDFStream[],
  ): UsedResources | undefined {
    const drawn = this.#askedBy(looks);
    if (!drawn) return undefined;
    const resources = asDict(this.#source.context.lookup(from));
    const own = new ResourceNames();
    const others = new ResourceNames();
    const open = [
      { names, isDirect: true },
      { names: drawn, isDirect: false },
    ];
    for (let next = open.pop(); next; next = open.pop())
      for (const [kind, name] of next.names) {
        this.#left -= perName;
        const resource = asDict(resources?.lookup(kind))?.lookup(name);
        // Some viewers ask the page before the forms between.
        if (!resource || !next.isDirect) others.add(kind, name);
        if (!resource || !own.add(kind, name)) continue;
        const asked = this.#askedBy(paintersIn(kind, resource));
        if (!asked) return undefined;
        open.push(
          { names: asked, isDirect: false },
          { names: colorSpacesIn(kind, resource), isDirect: true },
        );
      }
    return { own, others };
  }

  /** What painters ask for of the resources of whoever draws them. */
  #askedBy(painters: readonly Painter[]): ResourceNames | undefined {
    const names = new ResourceNames();
    for (const painter of painters) {
      const used = this.of(painter);
      if (!used) return undefined;
      names.addAll(used.others);
    }
    return names;
  }

  /** What a painter's own content names. */
  #namesIn(painter: Painter): ResourceNames | undefined {
    const streams = contentsOf(painter, this.#source);
    const read = streams.map((stream) => this.#read(stream));
    const isCut =
      'node' in painter && streams.length > 1 && read.some((part) => !part?.sound || part.unfinished);
    const parts = isCut ? [this.#readAsOne(streams)] : read;
    const names = new ResourceNames();
    for (const part of parts) {
      if (!part?.sound) return undefined;
      names.addAll(part.names);
    }
    for (const name of defaults) names.add(category.ColorSpace, name);
    return names;
  }

  #read(stream: PDFStream): NamedResources | undefined {
    if (this.#streams.has(stream)) return this.#streams.get(stream);
    const read = this.#readAsOne([stream]);
    this.#streams.set(stream, read);
    return read;
  }

  #readAsOne(streams: readonly PDFStream[]): NamedResources | undefined {
    const content = unpackContent(streams, this.#left);
    if (!content) return undefined;
    this.#left -= content.length;
    return readResourceNames(content);
  }
}

/** Used wherever a device's own colours are (8.6.5.6). */
const defaults = ['DefaultGray', 'DefaultRGB', 'DefaultCMYK'].map((name) => PDFName.of(name));

const uses = new WeakMap<Source, ContentUse>();

/** The one of a source. */
export function contentUseOf(source: Source): ContentUse {
  const known = uses.get(source) ?? new ContentUse(source);
  uses.set(source, known);
  return known;
}
