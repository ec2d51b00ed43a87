import { PDFArray, PDFDict, PDFName } from 'pdf-lib';
import type { PDFRef } from 'pdf-lib';
import type { Draft } from '../write/draft.ts';
import { arrayAt, asDict, dictAt, textAt, textString } from '../read/objects.ts';
import type { Widget } from './annotations.ts';
import type { Copier } from './copier.ts';

const parent = PDFName.of('Parent');
const kids = PDFName.of('Kids');
const fieldName = PDFName.of('T');
const maxDepth = 64;

/** What belongs to a field rather than to its appearance, where one dictionary is both (ISO 32000-1, 12.7.3.1). */
const fieldKeys = [
  'FT',
  'T',
  'TU',
  'TM',
  'Ff',
  'V',
  'DV',
  'Opt',
  'TI',
  'I',
  'MaxLen',
  'RV',
  'DS',
  'Lock',
  'SV',
].map((key) => PDFName.of(key));

/** Puts the form fields of all sources together, from the widgets that came along with their pages. */
export class Form {
  readonly #draft: Draft;
  readonly #fields: PDFRef[] = [];
  readonly #names = new Set<string>();
  #dict: PDFDict | undefined;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Adds the fields of one source that have a widget left. A name that an earlier source uses gets a number. */
  add(copier: Copier, widgets: readonly Widget[]): void {
    const original = dictAt(copier.source.catalog, 'AcroForm');
    const listed = arrayAt(original, 'Fields');
    if (!original || !listed || widgets.length === 0) return;
    const roots = new Set(listed.asArray().map((_, index) => asDict(listed.lookup(index))));
    const nodes = new Map<PDFDict, { ref: PDFRef; copy: PDFDict }>();
    const tops = new Map<PDFDict, PDFRef>();
    const twice = repeated(widgets.map((widget) => widget.original));

    const adopt = (child: PDFRef, childCopy: PDFDict, field: PDFDict, depth: number): void => {
      const known = nodes.get(field);
      const ref = known?.ref ?? this.#draft.context.nextRef();
      const copy = known?.copy ?? copier.dict(field, parent, kids);
      childCopy.set(parent, ref);
      const children = arrayAt(copy, 'Kids') ?? PDFArray.withContext(this.#draft.context);
      children.push(child);
      copy.set(kids, children);
      if (known) return;
      nodes.set(field, { ref, copy });
      this.#draft.context.assign(ref, copy);
      climb(ref, copy, field, depth);
    };
    const climb = (ref: PDFRef, copy: PDFDict, field: PDFDict, depth: number): void => {
      const above = dictAt(field, 'Parent');
      if (above && depth < maxDepth) adopt(ref, copy, above, depth + 1);
      else if (roots.has(field)) tops.set(field, ref);
    };

    for (const { original: widget, ref, copy } of widgets) {
      if (!twice.has(widget)) climb(ref, copy, widget, 0);
      else if (widget.has(fieldName)) this.#split(copier, widget, ref, copy, nodes, climb);
      else climb(ref, copy, widget, 0);
    }
    for (const ref of tops.values()) this.#enlist(ref);
    this.#merge(copier, original);
  }

  /** The form of the result; undefined where no field is left. */
  build(): PDFDict | undefined {
    if (!this.#dict || this.#fields.length === 0) return undefined;
    this.#dict.set(PDFName.of('Fields'), this.#draft.context.obj(this.#fields));
    return this.#dict;
  }

  /** A field that is its own widget, on a page that comes twice, becomes a field with two widgets. */
  #split(
    copier: Copier,
    widget: PDFDict,
    ref: PDFRef,
    copy: PDFDict,
    nodes: Map<PDFDict, { ref: PDFRef; copy: PDFDict }>,
    climb: (ref: PDFRef, copy: PDFDict, field: PDFDict, depth: number) => void,
  ): void {
    let field = nodes.get(widget);
    if (!field) {
      const whole = copier.dict(widget, parent, kids);
      const own = PDFDict.withContext(this.#draft.context);
      for (const key of fieldKeys) if (whole.has(key)) own.set(key, whole.get(key)!);
      own.set(kids, PDFArray.withContext(this.#draft.context));
      field = { ref: this.#draft.context.register(own), copy: own };
      nodes.set(widget, field);
      climb(field.ref, own, widget, 0);
    }
    for (const key of fieldKeys) copy.delete(key);
    copy.set(parent, field.ref);
    arrayAt(field.copy, 'Kids')!.push(ref);
  }

  #enlist(ref: PDFRef): void {
    const field = asDict(this.#draft.resolve(ref))!;
    const said = textAt(field, 'T') ?? '';
    let name = said;
    for (let count = 2; this.#names.has(name); count += 1) name = `${said}-${count}`;
    this.#names.add(name);
    if (name !== said) field.set(fieldName, textString(name));
    this.#fields.push(ref);
  }

  /** Defaults of the first form; fonts and the like of the others where their names are free. */
  #merge(copier: Copier, original: PDFDict): void {
    const copy = copier.dict(original, ...['Fields', 'XFA', 'CO', 'SigFlags'].map((key) => PDFName.of(key)));
    if (!this.#dict) {
      this.#dict = copy;
      const resources = dictAt(original, 'DR');
      if (resources) copy.set(PDFName.of('DR'), copyDeep(copier, resources));
      return;
    }
    const resources = dictAt(this.#dict, 'DR');
    const more = dictAt(original, 'DR');
    for (const key of more?.keys() ?? []) {
      const mine = asDict(resources?.get(key));
      const theirs = asDict(more?.lookup(key));
      if (!mine || !theirs) continue;
      for (const [name, value] of theirs.entries()) if (!mine.has(name)) mine.set(name, copier.value(value));
    }
  }
}

/** Default resources with their categories direct, so that other forms' can be added. */
function copyDeep(copier: Copier, resources: PDFDict): PDFDict {
  const copy = copier.dict(resources);
  for (const key of resources.keys()) {
    const category = asDict(resources.lookup(key));
    if (category) copy.set(key, copier.dict(category));
  }
  return copy;
}

function repeated<T>(items: readonly T[]): Set<T> {
  const seen = new Set<T>();
  return new Set(items.filter((item) => seen.size === seen.add(item).size));
}
