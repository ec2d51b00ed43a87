import { PDFArray, PDFDict, PDFName, PDFRef } from 'pdf-lib';
import { terminalFields } from '../../source/fields.ts';
import { arrayAt, asDict, dictAt, dictsIn } from '../../source/objects.ts';
import { structureOf } from '../../source/structure.ts';
import type { Widget } from './annotations.ts';
import type { Copier } from './copier.ts';
import type { Draft } from '../../model/edited.ts';

const parent = PDFName.of('Parent');
const kids = PDFName.of('Kids');
const fieldName = PDFName.of('T');
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
  readonly #roots: ReadonlySet<PDFDict>;
  /** By the source's field. */
  readonly #fields = new Map<PDFDict, Field>();
  readonly #tops = new Map<PDFDict, Field>();

  /** @param roots the source's fields of the highest level */
  constructor(draft: Draft, copier: Copier, roots: PDFArray, widgets: readonly Widget[]) {
    this.#draft = draft;
    this.#copier = copier;
    this.#roots = new Set(dictsIn(roots));
    const twice = repeated(widgets.map(({ original }) => original));
    for (const { original, ref, copy } of widgets) {
      if (twice.has(original) && original.has(fieldName)) this.#separate(original, { ref, copy });
      else this.#climb(original, { ref, copy }, 0);
    }
    this.#addInvisible(roots);
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

  /** Where a field of the source is in the result. */
  find(ref: PDFRef): PDFRef | undefined {
    const field = asDict(this.#copier.source.context.lookup(ref));
    return field && this.#fields.get(field)?.ref;
  }

  /** Enters a field, and those above it. */
  #climb(original: PDFDict, field: Field, depth: number): void {
    if (!this.#fields.has(original)) this.#fields.set(original, field);
    const above = dictAt(original, 'Parent');
    if (!above || depth >= maxDepth) {
      if (this.#roots.has(original)) this.#tops.set(original, this.#fields.get(original)!);
      return;
    }
    const known = this.#fields.get(above);
    const { ref, copy } = known ?? this.#copyField(above, original.get(parent));
    field.copy.set(parent, ref);
    const children = arrayAt(copy, 'Kids') ?? PDFArray.withContext(this.#draft.context);
    children.push(field.ref);
    copy.set(kids, children);
    if (!known) this.#climb(above, { ref, copy }, depth + 1);
  }

  #copyField(original: PDFDict, at: unknown): Field {
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
    arrayAt(field.copy, 'Kids')!.push(ref);
  }

  /** Fields that no page shows belong to the document, unless they say that they belong to a page that goes. */
  #addInvisible(roots: PDFArray): void {
    const { annotations } = structureOf(this.#copier.source);
    for (const field of terminalFields(roots)) {
      const widgets = dictsIn(arrayAt(field, 'Kids'));
      if ([field, ...widgets].some((holder) => annotations.has(holder) || this.#isOfLostPage(holder)))
        continue;
      this.#climb(field, this.#copyField(field, undefined), 0);
    }
  }

  #isOfLostPage(holder: PDFDict): boolean {
    const page = holder.get(PDFName.of('P'));
    return page instanceof PDFRef && !this.#copier.targets.has(page);
  }

  /** In the source's order, by which the options of radio buttons go. */
  #sortKids(original: PDFDict, copy: PDFDict): void {
    const children = arrayAt(copy, 'Kids');
    const order = new Map<unknown, number>();
    for (const [index, kid] of (arrayAt(original, 'Kids')?.asArray() ?? []).entries())
      order.set(kid instanceof PDFRef ? (this.find(kid) ?? this.#copier.targets.get(kid)) : undefined, index);
    if (!children || order.size === 0) return;
    const place = (ref: unknown): number => order.get(ref) ?? Infinity;
    const sorted = children.asArray().toSorted((a, b) => place(a) - place(b) || 0);
    copy.set(kids, this.#draft.context.obj(sorted));
  }
}

function repeated<T>(items: readonly T[]): Set<T> {
  const seen = new Set<T>();
  return new Set(items.filter((item) => seen.size === seen.add(item).size));
}
