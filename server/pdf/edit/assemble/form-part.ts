import { PDFArray, PDFDict, PDFName, PDFRef } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';
import { fieldType, terminalFields } from '../../source/fields.ts';
import type { Fields } from '../../source/fields.ts';
import { arrayAt, asDict, dictAt, dictsIn } from '../../source/objects.ts';
import { structureOf } from '../../source/structure.ts';
import type { Widget } from './annotations.ts';
import type { Copier } from './copier.ts';
import type { Draft } from '../../model/edited.ts';

const parent = PDFName.of('Parent');
const kids = PDFName.of('Kids');
const fieldName = PDFName.of('T');
const optionsKey = PDFName.of('Opt');
const valueKey = PDFName.of('V');
const maxDepth = 64;

/** What belongs to a field rather than to its appearance, where one dictionary is both (ISO 32000-1, 12.7.3.1). */
const fieldKeys = 'FT T TU TM Ff V DV Opt TI I MaxLen RV DS Lock SV'.split(' ').map((key) => PDFName.of(key));

/** A field of the result. */
export interface Field {
  ref: PDFRef;
  copy: PDFDict;
}

/** Puts the fields of one source together again, from the widgets that came along with their pages. */
export class FormPart {
  readonly #draft: Draft;
  readonly #copier: Copier;
  readonly #tree: Fields;
  readonly #roots: ReadonlySet<PDFDict>;
  /** By the source's field. */
  readonly #fields = new Map<PDFDict, Field>();
  readonly #tops = new Map<PDFDict, Field>();
  /** What each kid of a field of the result is in the source. */
  readonly #originals = new Map<PDFObject, PDFDict>();

  constructor(draft: Draft, copier: Copier, widgets: readonly Widget[]) {
    this.#draft = draft;
    this.#copier = copier;
    this.#tree = structureOf(copier.source).fields;
    this.#roots = new Set(this.#tree.roots);
    const twice = repeated(widgets.map(({ original }) => original));
    for (const { original, ref, copy } of widgets) {
      if (twice.has(original) && original.has(fieldName)) this.#separate(original, { ref, copy });
      else this.#climb(original, { ref, copy }, 0);
    }
    this.#addInvisible(new Set(widgets.map(({ original }) => original)));
    for (const [field, { copy }] of this.#fields) this.#sortKids(field, copy);
  }

  /** The fields of the highest level, in the source's order. */
  get tops(): Field[] {
    return [...this.#roots].flatMap((root) => this.#tops.get(root) ?? []);
  }

  /** Everything that may say how its text looks: fields and widgets. */
  get all(): PDFDict[] {
    return [...this.#fields.values()].map(({ copy }) => copy);
  }

  /** What all of them were in the source. */
  get originals(): PDFDict[] {
    return [...this.#fields.keys()];
  }

  /** Where a field of the source is in the result. */
  find(ref: PDFRef): PDFRef | undefined {
    const field = asDict(this.#copier.source.context.lookup(ref));
    return field && this.#fields.get(field)?.ref;
  }

  /** Enters a field, and those above it. */
  #climb(original: PDFDict, field: Field, depth: number): void {
    if (!this.#fields.has(original)) this.#fields.set(original, field);
    this.#originals.set(field.ref, original);
    const at = this.#tree.parentOf(original);
    const above = asDict(this.#copier.source.context.lookup(at));
    if (!above || depth >= maxDepth) {
      if (this.#roots.has(original)) this.#tops.set(original, this.#fields.get(original)!);
      return;
    }
    const known = this.#fields.get(above);
    const { ref, copy } = known ?? this.#copyField(above, at);
    field.copy.set(parent, ref);
    const children = arrayAt(copy, 'Kids') ?? PDFArray.withContext(this.#draft.context);
    children.push(field.ref);
    copy.set(kids, children);
    if (!known) this.#climb(above, { ref, copy }, depth + 1);
  }

  #copyField(original: PDFDict, at: PDFObject | undefined): Field {
    const reserved = at instanceof PDFRef ? this.#copier.targets.get(at) : undefined;
    const field = {
      ref: reserved ?? this.#draft.context.nextRef(),
      copy: this.#copier.dict(original, parent, kids),
    };
    this.#draft.context.assign(field.ref, field.copy);
    return field;
  }

  /** A field that is its own widget, on a page that comes twice, becomes a field with two widgets. */
  #separate(original: PDFDict, { ref, copy }: Field): void {
    let field = this.#fields.get(original);
    if (!field) {
      const whole = this.#copier.dict(original, parent, kids);
      const own = PDFDict.withContext(this.#draft.context);
      for (const key of fieldKeys) if (whole.has(key)) own.set(key, whole.get(key)!);
      own.set(kids, PDFArray.withContext(this.#draft.context));
      field = { ref: this.#draft.context.register(own), copy: own };
      this.#climb(original, field, 0);
    }
    for (const key of fieldKeys) copy.delete(key);
    copy.set(parent, field.ref);
    this.#originals.set(ref, original);
    arrayAt(field.copy, 'Kids')!.push(ref);
  }

  /**
   * Fields that no page shows belong to the document, unless they say that they belong to a page that goes; and those
   * of which another field has taken the widget.
   * @param kept widgets of the source that came along
   */
  #addInvisible(kept: ReadonlySet<PDFDict>): void {
    const { annotations } = structureOf(this.#copier.source);
    for (const field of terminalFields(this.#tree.roots)) {
      if (this.#fields.has(field)) continue;
      const holders = [field, ...dictsIn(arrayAt(field, 'Kids'))];
      const isGone = holders.some((holder) => annotations.has(holder))
        ? !holders.some((holder) => kept.has(holder))
        : holders.some((holder) => this.#isOfLostPage(holder));
      if (!isGone) this.#climb(field, this.#copyField(field, undefined), 0);
    }
  }

  #isOfLostPage(holder: PDFDict): boolean {
    const page = holder.get(PDFName.of('P'));
    return page instanceof PDFRef && !this.#copier.targets.has(page);
  }

  /** In the source's order, by which the options of buttons go: one for each kid (ISO 32000-1, 12.7.4.2.3). */
  #sortKids(original: PDFDict, copy: PDFDict): void {
    const children = arrayAt(copy, 'Kids')?.asArray();
    const before = dictsIn(arrayAt(original, 'Kids'));
    if (!children || before.length === 0) return;
    const order = new Map(before.map((kid, index) => [kid, index]));
    const places = children.map((ref) => ({ ref, at: order.get(this.#originals.get(ref)!) ?? Infinity }));
    places.sort((a, b) => a.at - b.at || 0);
    copy.set(kids, this.#draft.context.obj(places.map(({ ref }) => ref)));
    if (fieldType(original) === 'Btn')
      this.#keepStates(
        original,
        copy,
        before,
        places.map(({ at }) => at),
      );
  }

  /**
   * Of buttons with several widgets: an option for each (ISO 32000-1, 12.7.4.2.3), and no value that only one of those
   * has shown that go.
   * @param before the source's widgets
   * @param places of those that are left, among them
   */
  #keepStates(original: PDFDict, copy: PDFDict, before: readonly PDFDict[], places: readonly number[]): void {
    const options = arrayAt(original, 'Opt');
    if (options?.size() === before.length && places.every((at) => at < before.length))
      copy.set(optionsKey, this.#draft.context.obj(places.map((at) => this.#copier.value(options.get(at)))));
    const value = original.lookup(valueKey);
    if (!(value instanceof PDFName)) return;
    const showing = before.map((widget) => dictAt(dictAt(widget, 'AP'), 'N')?.has(value) === true);
    if (showing.includes(true) && !places.some((at) => showing[at])) copy.set(valueKey, PDFName.of('Off'));
  }
}

function repeated<T>(items: readonly T[]): Set<T> {
  const seen = new Set<T>();
  return new Set(items.filter((item) => seen.size === seen.add(item).size));
}
