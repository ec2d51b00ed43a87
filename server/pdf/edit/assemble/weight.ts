import { deflateSync } from 'node:zlib';
import { PDFArray, PDFDict, PDFName, PDFRef, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import type { Source } from '../../source/load.ts';
import { nameTreeEntries } from '../../source/name-tree.ts';
import { arrayAt, asDict, dictAt } from '../../source/objects.ts';
import type { SourcePage } from '../../source/page-tree.ts';
import { structureOf } from '../../source/structure.ts';
import { isPainter, resourcesOf } from '../../source/content/painters.ts';
import type { Painter } from '../../source/content/painters.ts';
import { isBoundToPage } from './copier.ts';
import { tagWeights } from './tag-weight.ts';
import { trimmedResourcesOf } from './trimmed-resources.ts';
import type { TrimmedResources } from './trimmed-resources.ts';
import type { VirtualPage } from '../../model/document.ts';

/** Header, catalog, cross-reference and the like; and what a step may draw on a page, and the font for it. */
const perFile = 4_000;
const perTask = 600;
const perDrawnFile = 24_000;
/** A line of the cross-reference, and an object's number in its stream. */
const perObject = 12;

/** Weighs a part that grows page by page. What its pages share counts once. Answers bytes, rather too many than too few. */
export function weigh(sources: readonly Source[]): (page: VirtualPage) => number {
  const loads = new Map<Source, Load>();
  let tasks = 0;
  return ({ source, page, blank, tasks: { length } }) => {
    const from = sources[source]!;
    const load = loads.get(from) ?? new Load(from);
    loads.set(from, load);
    if (!blank) load.addPage(from.pages[page]!);
    tasks += length;
    const own = [...loads.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    return perFile + (tasks === 0 ? 0 : perDrawnFile + tasks * perTask) + own;
  };
}

/** What of one source a part carries. */
class Load {
  readonly #source: Source;
  readonly #trimmed: TrimmedResources;
  readonly #seen = new Set<PDFObject>();
  #streams = 0;
  #packed = 0;
  #objects = 0;

  constructor(source: Source) {
    this.#source = source;
    this.#trimmed = trimmedResourcesOf(source);
    const { catalog } = source;
    for (const key of ofDocument) this.#addValue(catalog.get(PDFName.of(key)));
    for (const kind of ['EmbeddedFiles', 'JavaScript'])
      for (const { value } of nameTreeEntries(dictAt(dictAt(catalog, 'Names'), kind))) this.#addValue(value);
    this.#addDict(dictAt(catalog, 'AcroForm'), fields);
    this.#addValue(this.#trimmed.formResources);
    if (source.trailer.info) this.#addValue(source.trailer.info);
  }

  get bytes(): number {
    return this.#streams + this.#packed * packing(this.#source) + this.#objects * perObject;
  }

  addPage(page: SourcePage): void {
    const { ref, node, inherited } = page;
    this.#addDict(node, placed);
    for (const [key, value] of inherited) if (key !== PDFName.Resources) this.#addValue(value);
    this.#walk(this.#resourcesOf(page));
    const annotations = arrayAt(node, 'Annots');
    for (let index = 0; annotations && index < annotations.size(); index += 1) {
      const annotation = annotations.lookup(index);
      if (annotation instanceof PDFDict) this.#addAnnotation(annotation);
    }
    const tags = tagWeights(this.#source)[this.#source.pageNumbers.get(ref)!]!;
    this.#packed += tags.bytes;
    this.#objects += tags.objects;
    const { destinations, bookmarks } = structureOf(this.#source);
    for (const { key, value } of destinations.to(ref))
      this.#count(2 * key.length + sizeOf(destinations.explicit(value)!));
    for (const { dict } of bookmarks.get(ref) ?? []) this.#addDict(dict, places);
  }

  /** What there is to walk of a painter's resources: what is left of them, where it has not been walked yet. */
  #resourcesOf(painter: Painter): PDFObject | undefined {
    const trimmed = this.#trimmed.of(painter);
    const isInherited = 'node' in painter && painter.inherited.has(PDFName.Resources);
    if (trimmed && this.#seen.has(trimmed)) return undefined;
    const resources = trimmed ?? resourcesOf(painter);
    if (resources && (trimmed || isInherited)) this.#count(sizeOf(resources));
    if (trimmed) this.#seen.add(trimmed);
    return resources;
  }

  /** With the fields above it. */
  #addAnnotation(annotation: PDFDict): void {
    this.#addDict(annotation, places);
    let at: PDFDict | undefined = annotation;
    for (let depth = 0; at && depth < 64; depth += 1) {
      const parent = structureOf(this.#source).fields.parentOf(at);
      if (!(parent instanceof PDFRef) || this.#seen.has(parent)) return;
      this.#seen.add(parent);
      at = asDict(this.#source.context.lookup(parent));
      this.#addDict(at, places);
    }
  }

  #addDict(dict: PDFDict | undefined, without: readonly PDFName[]): void {
    if (!dict) return;
    this.#count(sizeOf(dict));
    for (const [key, value] of dict.entries()) if (!without.includes(key)) this.#walk(value);
  }

  #addValue(value: PDFObject | undefined): void {
    if (!value) return;
    this.#count(sizeOf(value));
    this.#walk(value);
  }

  #walk(value: PDFObject | undefined): void {
    const open = [value];
    while (open.length > 0) {
      const next = open.pop();
      if (next instanceof PDFRef) {
        const object = this.#seen.has(next) ? undefined : this.#source.context.lookup(next);
        if (!object || this.#source.pageNumbers.has(next) || isBoundToPage(object)) continue;
        this.#seen.add(next);
        if (object instanceof PDFStream)
          this.#streams += object.getContents().length + sizeOf(object.dict) + 60;
        else this.#count(sizeOf(object));
        open.push(object);
      } else if (next instanceof PDFArray) for (const item of next.asArray()) open.push(item);
      else if (next instanceof PDFDict || next instanceof PDFStream) {
        const dict = next instanceof PDFStream ? next.dict : next;
        for (const [key, item] of dict.entries())
          open.push(key === PDFName.Resources && isPainter(next) ? this.#resourcesOf(next) : item);
      }
    }
  }

  #count(size: number): void {
    this.#packed += size;
    this.#objects += 1;
  }
}

const names = (...keys: string[]): PDFName[] => keys.map((key) => PDFName.of(key));
const ofDocument = [
  'Metadata',
  'OutputIntents',
  'OCProperties',
  'PieceInfo',
  'AF',
  'ViewerPreferences',
  'OpenAction',
];
const fields = names('Fields', 'XFA', 'CO', 'DR');
const placed = names('Parent', 'Annots', 'B', 'Resources');
const places = names('Parent', 'Kids', 'Prev', 'Next', 'First', 'Last', 'P');

function sizeOf(value: PDFObject): number {
  return value instanceof PDFStream ? value.dict.sizeInBytes() : value.sizeInBytes();
}

const perGroup = 100;
const groups = 40;
/** Objects of a part stand beside others than in the source, and may pack worse. */
const caution = 1.3;
const packings = new WeakMap<Source, number>();

/** To how much of their length the source's objects pack in object streams: measured by a sample. */
function packing(source: Source): number {
  const known = packings.get(source);
  if (known !== undefined) return known;
  const objects = source.context
    .enumerateIndirectObjects()
    .filter(([, object]) => !(object instanceof PDFStream));
  const stride = Math.max(perGroup, Math.floor(objects.length / groups));
  let raw = 0;
  let packed = 0;
  for (let at = 0; at < objects.length; at += stride) {
    const group = objects.slice(at, at + perGroup).map(([, object]) => object.toString());
    const text = Buffer.from(group.join(' '), 'latin1');
    raw += text.length;
    packed += deflateSync(text).length;
  }
  const ratio = raw === 0 ? 1 : Math.min(1, (caution * packed) / raw);
  packings.set(source, ratio);
  return ratio;
}
