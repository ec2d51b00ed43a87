import { PDFArray, PDFDict, PDFName, PDFNull, PDFNumber } from 'pdf-lib';
import type { PDFContext, PDFObject, PDFRef } from 'pdf-lib';

const perLeaf = 64;
/** No page has more marks; a number far above would make an array of that length. */
const maxMark = 100_000;

/** From pages and annotations back to their structure elements (ISO 32000-1, 14.7.4.4), built from the elements. */
export class ParentTree {
  #keys = 0;
  readonly #marks = new Map<number, Map<number, PDFRef>>();
  readonly #objects = new Map<number, PDFRef>();

  /** The next number that a page, annotation or image may have as its `StructParents` or `StructParent`. */
  claim(): number {
    this.#keys += 1;
    return this.#keys - 1;
  }

  /** Marked content of a page or form. */
  addMark(key: number, mark: number, element: PDFRef): void {
    if (mark < 0 || mark > maxMark) return;
    const marks = this.#marks.get(key) ?? new Map<number, PDFRef>();
    marks.set(mark, element);
    this.#marks.set(key, marks);
  }

  addObject(key: number, element: PDFRef): void {
    this.#objects.set(key, element);
  }

  /** Enters the tree and the next free number into the root of the structure tree. */
  build(context: PDFContext, root: PDFDict): void {
    const entries = [
      ...[...this.#marks].map(([key, marks]): [number, PDFObject] => [key, arrayOf(context, marks)]),
      ...[...this.#objects].filter(([key]) => !this.#marks.has(key)),
    ].toSorted(([a], [b]) => a - b);
    const leaves: PDFRef[] = [];
    for (let at = 0; at < entries.length; at += perLeaf) {
      const part = entries.slice(at, at + perLeaf);
      const numbers = PDFArray.withContext(context);
      for (const [key, value] of part) {
        numbers.push(PDFNumber.of(key));
        numbers.push(value);
      }
      const leaf = PDFDict.withContext(context);
      leaf.set(PDFName.of('Limits'), context.obj([part[0]![0], part.at(-1)![0]]));
      leaf.set(PDFName.of('Nums'), numbers);
      leaves.push(context.register(leaf));
    }
    root.set(PDFName.of('ParentTree'), context.register(context.obj({ Kids: leaves })));
    root.set(PDFName.of('ParentTreeNextKey'), PDFNumber.of(this.#keys));
  }
}

function arrayOf(context: PDFContext, marks: ReadonlyMap<number, PDFRef>): PDFArray {
  const array = PDFArray.withContext(context);
  const length = marks.keys().reduce((most, mark) => Math.max(most, mark + 1), 0);
  for (let mark = 0; mark < length; mark += 1) array.push(marks.get(mark) ?? PDFNull);
  return array;
}
