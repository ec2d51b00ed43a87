import { setImmediate } from 'node:timers/promises';
import { PDFArray, PDFDict, PDFName, PDFNull, PDFNumber, PDFRawStream, PDFRef, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import type { Source } from '../../source/load.ts';
import { nameKey } from '../../source/name-tree.ts';
import { keyOf, nameAt } from '../../source/objects.ts';
import { isPainter, resourcesOf } from '../../source/content/painters.ts';
import type { Painter } from '../../source/content/painters.ts';
import type { ParentTree } from './parent-tree.ts';
import type { TrimmedResources } from './trimmed-resources.ts';
import type { Twins } from './twins.ts';
import type { Draft } from '../../model/edited.ts';

/** Numbers in the parent tree of the structure elements, which is a new one. */
const structural = new Set(['StructParent', 'StructParents'].map((key) => PDFName.of(key)));
const perTurn = 2_000;

/**
 * Copies what kept pages need of one source into a draft. Every object is copied once, however often it is used;
 * a reference to a page, annotation or form field that is not kept becomes null, so that nothing of it comes along.
 */
export class Copier {
  readonly source: Source;
  /** Target by source reference; whoever keeps pages, annotations or fields enters them before anything is copied. */
  readonly targets = new Map<PDFRef, PDFRef>();
  /** New names of destinations, by old. */
  readonly renamed = new Map<string, PDFObject>();
  /** New identifiers of structure elements, by old. */
  readonly renamedIds = new Map<string, string>();
  /** The source's resources, where some of its pages go. */
  trimmed: TrimmedResources | undefined;
  readonly #draft: Draft;
  readonly #twins: Twins;
  readonly #parents: ParentTree | undefined;
  readonly #structureKeys = new Map<number, number>();
  /** Where trimmed resources are in the draft. */
  readonly #resources = new Map<PDFDict, PDFRef>();
  #open: [PDFRef, PDFObject][] = [];
  #copied = 0;

  /**
   * @param twins finds objects that equal one another
   * @param parents of the structure elements, where the source has any
   */
  constructor(source: Source, draft: Draft, twins: Twins, parents?: ParentTree) {
    this.source = source;
    this.#draft = draft;
    this.#twins = twins;
    this.#parents = parents;
  }

  /** Where a source's object is in the draft; its own turn to be copied comes in {@link settle}. */
  ref(ref: PDFRef): PDFRef | typeof PDFNull {
    const known = this.targets.get(ref);
    if (known) return known;
    const object = this.source.context.lookup(ref);
    if (object === undefined || this.source.pageNumbers.has(ref) || isBoundToPage(object)) return PDFNull;
    const twin = this.#twins.find(this.source, ref, object);
    const target = twin ?? this.#draft.context.nextRef();
    this.targets.set(ref, target);
    if (!twin) {
      this.#open.push([target, object]);
      this.#twins.enter(this.source, ref, target);
    }
    return target;
  }

  /** A copy of any value, its references mapped. */
  value(value: PDFObject): PDFObject {
    if (value instanceof PDFRef) return this.ref(value);
    if (value instanceof PDFArray) {
      const copy = PDFArray.withContext(this.#draft.context);
      for (const item of value.asArray()) copy.push(this.value(item));
      return copy;
    }
    if (value instanceof PDFStream)
      return PDFRawStream.of(this.#dict(value.dict, value), value.getContents());
    return value instanceof PDFDict ? this.dict(value) : value;
  }

  /** A copy of a dictionary without some keys. */
  dict(original: PDFDict, ...without: readonly PDFName[]): PDFDict {
    return this.#dict(original, original, without);
  }

  /** A copy of a painter's resources; where pages of the source go, without those that its content does not use. */
  resources(painter: Painter): PDFObject | undefined {
    const original = resourcesOf(painter);
    const trimmed = this.trimmed?.of(painter);
    if (!trimmed) return original && this.value(original);
    const known = this.#resources.get(trimmed);
    if (known) return known;
    const target = this.#draft.context.nextRef();
    this.#resources.set(trimmed, target);
    this.#open.push([target, trimmed]);
    return target;
  }

  #dict(original: PDFDict, holder: PDFObject, without: readonly PDFName[] = []): PDFDict {
    const copy = PDFDict.withContext(this.#draft.context);
    for (const [key, value] of original.entries()) {
      if (without.includes(key)) continue;
      const mapped =
        key === PDFName.Resources && isPainter(holder)
          ? this.resources(holder)
          : this.#entry(original, key, value);
      if (mapped && mapped !== PDFNull) copy.set(key, mapped);
    }
    return copy;
  }

  /** Copies all that was found on the way, and what is found doing so; yields to the event loop. */
  async settle(): Promise<void> {
    for (let next = this.#open.pop(); next; next = this.#open.pop()) {
      const [target, object] = next;
      this.#draft.context.assign(target, this.value(object));
      this.#copied += 1;
      if (this.#copied % perTurn === 0) await setImmediate();
    }
  }

  #entry(dict: PDFDict, key: PDFName, value: PDFObject): PDFObject {
    if (structural.has(key)) return this.#structureKey(value);
    if (key === headers) return this.identifier(value);
    return this.#isDestination(dict, key) ? this.destination(value) : this.value(value);
  }

  #structureKey(value: PDFObject): PDFObject {
    const old = this.source.context.lookup(value);
    if (!this.#parents || !(old instanceof PDFNumber)) return PDFNull;
    const key = this.#structureKeys.get(old.asNumber()) ?? this.#parents.claim();
    this.#structureKeys.set(old.asNumber(), key);
    return PDFNumber.of(key);
  }

  #isDestination(dict: PDFDict, key: PDFName): boolean {
    return key === destKey || (key === dKey && nameAt(dict, 'S') === 'GoTo');
  }

  /** A copy of the identifier of a structure element, or of an array of such. */
  identifier(value: PDFObject): PDFObject {
    const resolved = this.source.context.lookup(value);
    if (resolved instanceof PDFArray) {
      const copy = PDFArray.withContext(this.#draft.context);
      for (const item of resolved.asArray()) copy.push(this.identifier(item));
      return copy;
    }
    const id = this.renamedIds.get(keyOf(resolved) ?? '');
    return id === undefined ? this.value(value) : nameKey(id);
  }

  /** A copy of a destination. Some writers give the page as a number, which may be another one in the result. */
  destination(value: PDFObject): PDFObject {
    const resolved = this.source.context.lookup(value);
    if (!(resolved instanceof PDFArray)) {
      const key = keyOf(resolved);
      return (key !== undefined && this.renamed.get(key)) || this.value(value);
    }
    const page = resolved.get(0);
    if (!(page instanceof PDFNumber)) return this.value(value);
    const copy = PDFArray.withContext(this.#draft.context);
    copy.push(this.targets.get(this.source.pages[page.asNumber()]?.ref as PDFRef) ?? PDFNull);
    for (const item of resolved.asArray().slice(1)) copy.push(this.value(item));
    return copy;
  }
}

const headers = PDFName.of('Headers');
const destKey = PDFName.of('Dest');
const dKey = PDFName.of('D');
const roleKey = PDFName.of('S');
const parentKey = PDFName.of('P');
const rect = PDFName.of('Rect');
const kids = PDFName.of('Kids');
const fieldType = PDFName.of('FT');
const fieldName = PDFName.of('T');

/** Pages, nodes of the page tree, annotations and form fields: copied only with the page that they belong to. */
export function isBoundToPage(object: PDFObject): boolean {
  if (!(object instanceof PDFDict)) return false;
  const type = nameAt(object, 'Type');
  if (type === 'Page' || type === 'Pages' || type === 'StructTreeRoot' || type === 'StructElem') return true;
  if (object.has(roleKey) && object.get(parentKey) instanceof PDFRef) return true;
  if (object.has(rect) && object.has(PDFName.of('Subtype'))) return true;
  return object.has(fieldName) && (object.has(fieldType) || object.has(kids));
}
