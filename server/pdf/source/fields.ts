import { PDFName } from 'pdf-lib';
import type { PDFArray, PDFDict, PDFObject } from 'pdf-lib';
import { arrayAt, asDict, dictAt, dictsIn, nameAt, textAt } from './objects.ts';

const fieldName = PDFName.of('T');
const parentKey = PDFName.of('Parent');
const maxDepth = 64;

/**
 * The form fields of a document and their widgets as a tree. Some programs write only the way down, from the form's
 * list, others only the way up, from the annotations of the pages, and viewers take either.
 */
export interface Fields {
  /** Those of the highest level: of the form's list, then those that only pages lead to. */
  roots: readonly PDFDict[];
  /** What is above a field or widget, as it is referred to. */
  parentOf(holder: PDFDict): PDFObject | undefined;
}

/** @param pages of the document */
export function readFields(catalog: PDFDict, pages: readonly { node: PDFDict }[]): Fields {
  const listed = arrayAt(dictAt(catalog, 'AcroForm'), 'Fields');
  const roots = new Set(dictsIn(listed));
  const parents = readParents(listed, roots);
  const parentOf = (holder: PDFDict): PDFObject | undefined =>
    parents.get(holder) ?? (roots.has(holder) ? undefined : holder.get(parentKey));
  for (const { node } of pages) {
    for (const widget of dictsIn(arrayAt(node, 'Annots'))) {
      if (nameAt(widget, 'Subtype') !== 'Widget') continue;
      const top = topOf(widget, (holder) => asDict(catalog.context.lookup(parentOf(holder))));
      if (top.has(fieldName)) roots.add(top);
    }
  }
  return { roots: [...roots], parentOf };
}

function topOf(widget: PDFDict, above: (holder: PDFDict) => PDFDict | undefined): PDFDict {
  let top = widget;
  for (let depth = 0, next = above(top); next && depth < maxDepth; depth += 1) {
    top = next;
    next = above(top);
  }
  return top;
}

/** The way down, turned round. Of two fields that have the same kid, the one that the kid names is above it, or else the first. */
function readParents(listed: PDFArray | undefined, roots: ReadonlySet<PDFDict>): Map<PDFDict, PDFObject> {
  const parents = new Map<PDFDict, PDFObject>();
  const seen = new Set<PDFDict>();
  const open = entriesOf(listed);
  for (const { entry, dict: field } of open) {
    if (seen.has(field)) continue;
    seen.add(field);
    for (const kid of entriesOf(arrayAt(field, 'Kids'))) {
      const isMutual = dictAt(kid.dict, 'Parent') === field;
      if (isMutual || (!parents.has(kid.dict) && !roots.has(kid.dict))) parents.set(kid.dict, entry);
      open.push(kid);
    }
  }
  return parents;
}

function entriesOf(array: PDFArray | undefined): { entry: PDFObject; dict: PDFDict }[] {
  return (array?.asArray() ?? []).flatMap((entry, index) => {
    const dict = asDict(array?.lookup(index));
    return dict ? { entry, dict } : [];
  });
}

/** All that a form's fields are made of: those of every level, and their widgets. Safe from cycles. */
export function fieldsAndWidgets(roots: PDFArray | undefined): PDFDict[] {
  const seen = new Set(dictsIn(roots));
  for (const field of seen) for (const kid of dictsIn(arrayAt(field, 'Kids'))) seen.add(kid);
  return [...seen];
}

/** Form fields without fields below them; their kids without a name are widgets. Safe from cycles. */
export function terminalFields(roots: readonly PDFDict[]): PDFDict[] {
  const seen = new Set<PDFDict>();
  const fields: PDFDict[] = [];
  const open = [...roots];
  while (open.length > 0) {
    const field = open.pop()!;
    if (seen.has(field)) continue;
    seen.add(field);
    const below = dictsIn(arrayAt(field, 'Kids')).filter((kid) => kid.has(fieldName));
    if (below.length === 0) fields.push(field);
    else for (const kid of below) open.push(kid);
  }
  return fields;
}

/** A field's type, as `Btn`, which it may have from its parent. */
export function fieldType(field: PDFDict): string | undefined {
  return ancestry(field)
    .map((holder) => nameAt(holder, 'FT'))
    .find((type) => type !== undefined);
}

/** What a field or widget has under `key`, or takes from the fields above it. */
export function inherited(field: PDFDict, key: string): PDFObject | undefined {
  return ancestry(field)
    .find((holder) => holder.has(PDFName.of(key)))
    ?.lookup(PDFName.of(key));
}

/** The full name of a field, or of a widget's: the names of the fields above it and its own, with periods between. */
export function nameOfField(field: PDFDict): string {
  const names = ancestry(field).map((holder) => textAt(holder, 'T'));
  return names
    .filter((name) => name !== undefined)
    .toReversed()
    .join('.');
}

/** A field and those above it, as deep as any form is. */
function ancestry(field: PDFDict): PDFDict[] {
  const found: PDFDict[] = [];
  for (let at: PDFDict | undefined = field; at && found.length < maxDepth; at = dictAt(at, 'Parent'))
    found.push(at);
  return found;
}
