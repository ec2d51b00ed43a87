import { PDFBool, PDFDict, PDFName, PDFRef } from 'pdf-lib';
import { terminalFields } from '../../source/fields.ts';
import { nameKey } from '../../source/name-tree.ts';
import { nameOf, unescapeName } from '../../source/names.ts';
import {
  arrayAt,
  asDict,
  dictAt,
  dictsIn,
  isText,
  keyOf,
  nameAt,
  textAt,
  textString,
} from '../../source/objects.ts';
import type { Widget } from './annotations.ts';
import type { Copier } from './copier.ts';
import { FormPart } from './form-part.ts';
import { Names } from './unique-names.ts';
import type { Draft } from '../../model/edited.ts';

const [fieldsKey, orderKey, resourcesKey, appearanceKey] = ['Fields', 'CO', 'DR', 'DA'].map((key) =>
  PDFName.of(key),
) as [PDFName, PDFName, PDFName, PDFName];
/** XFA describes the same fields again, with the pages they were on; signatures do not survive. */
const leftOut = ['Fields', 'XFA', 'CO', 'SigFlags', 'DR'].map((key) => PDFName.of(key));

/** The form of the result, from the forms of all sources. */
export class Form {
  readonly #draft: Draft;
  readonly #fields: PDFRef[] = [];
  readonly #order: PDFRef[] = [];
  readonly #names = new Names();
  #dict: PDFDict | undefined;

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  /** Fields that hold a value. */
  get count(): number {
    return terminalFields(dictsIn(arrayAt(this.#dict, 'Fields'))).length;
  }

  /**
   * Adds the fields of one source that have a widget left.
   * @returns how many have another name now, because an earlier source uses theirs
   */
  add(copier: Copier, widgets: readonly Widget[]): number {
    const part = new FormPart(this.#draft, copier, widgets);
    const { tops } = part;
    if (tops.length === 0) return 0;
    const original = dictAt(copier.source.catalog, 'AcroForm') ?? PDFDict.withContext(copier.source.context);
    let renamed = 0;
    for (const { ref, copy } of tops) {
      const said = textAt(copy, 'T') ?? '';
      const name = this.#names.claim(said);
      if (name !== said) {
        copy.set(PDFName.of('T'), textString(name));
        renamed += 1;
      }
      this.#fields.push(ref);
    }
    for (const field of arrayAt(original, 'CO')?.asArray() ?? []) {
      const ref = field instanceof PDFRef ? part.find(field) : undefined;
      if (ref) this.#order.push(ref);
    }
    const resources = copier.trimmed ? copier.trimmed.ofForm(part.originals) : dictAt(original, 'DR');
    if (this.#dict) this.#merge(this.#dict, original, resources, copier, part);
    else this.#dict = this.#begin(original, resources, copier);
    this.#dict.set(fieldsKey, this.#draft.context.obj(this.#fields));
    return renamed;
  }

  /** Undefined where no field is left. */
  build(): PDFDict | undefined {
    if (this.#dict && this.#order.length > 0) this.#dict.set(orderKey, this.#draft.context.obj(this.#order));
    return this.#dict;
  }

  /** Default resources with their categories direct, so that other forms' can be added. */
  #begin(original: PDFDict, resources: PDFDict | undefined, copier: Copier): PDFDict {
    const dict = copier.dict(original, ...leftOut);
    if (!resources) return dict;
    const copy = copier.dict(resources);
    for (const key of resources.keys()) {
      const category = asDict(resources.lookup(key));
      if (category) copy.set(key, copier.dict(category));
    }
    dict.set(resourcesKey, copy);
    return dict;
  }

  /** What the fields of a later form take from it has to be said in them, or to be in the first one's resources. */
  #merge(
    dict: PDFDict,
    original: PDFDict,
    theirs: PDFDict | undefined,
    copier: Copier,
    part: FormPart,
  ): void {
    if (original.lookup(PDFName.of('NeedAppearances')) === PDFBool.True)
      dict.set(PDFName.of('NeedAppearances'), PDFBool.True);
    const appearance = original.lookup(appearanceKey);
    if (appearance && String(appearance) !== String(dict.lookup(appearanceKey))) {
      for (const { copy } of part.tops) if (!copy.has(appearanceKey)) copy.set(appearanceKey, appearance);
    }
    if (!theirs) return;
    const mine = dictAt(dict, 'DR') ?? PDFDict.withContext(this.#draft.context);
    dict.set(resourcesKey, mine);
    for (const key of theirs.keys()) {
      const more = asDict(theirs.lookup(key));
      if (!more) continue;
      const into = asDict(mine.lookup(key)) ?? PDFDict.withContext(this.#draft.context);
      mine.set(key, into);
      const renamed = this.#addResources(into, more, copier);
      if (key === PDFName.Font) for (const field of part.all) renameFonts(field, renamed);
    }
  }

  /** Answers the new names of those whose name another resource has. */
  #addResources(into: PDFDict, more: PDFDict, copier: Copier): Map<string, string> {
    const renamed = new Map<string, string>();
    for (const [key, value] of more.entries()) {
      const copy = copier.value(value);
      const name = key.decodeText();
      let free = name;
      for (let count = 2; into.has(nameOf(free)); count += 1) {
        const there = into.get(nameOf(free));
        if (there === copy || isSameFont(asDict(this.#draft.resolve(there)), asDict(more.lookup(key)))) break;
        free = `${name}-${count}`;
      }
      if (free !== name) renamed.set(name, free);
      if (!into.has(nameOf(free))) into.set(nameOf(free), copy);
    }
    return renamed;
  }
}

/** One of the fonts that every viewer has, under one name in both. */
function isSameFont(a: PDFDict | undefined, b: PDFDict | undefined): boolean {
  const [one, other] = [nameAt(a, 'BaseFont'), nameAt(b, 'BaseFont')];
  return one !== undefined && one === other && !dictAt(a, 'FontDescriptor') && !dictAt(b, 'FontDescriptor');
}

/** Default appearances such as `/Helv 12 Tf 0 g` name their font. */
function renameFonts(field: PDFDict, names: ReadonlyMap<string, string>): void {
  const appearance = field.get(appearanceKey);
  if (names.size === 0 || !isText(appearance)) return;
  const text = keyOf(appearance)!;
  const renamed = text.replace(/\/([^\s/[\]()<>]+)(?=\s+[\d.]+\s+Tf)/g, (whole, written: string) => {
    const name = names.get(unescapeName(written));
    return name === undefined ? whole : String(nameOf(name));
  });
  if (renamed !== text) field.set(appearanceKey, nameKey(renamed));
}
