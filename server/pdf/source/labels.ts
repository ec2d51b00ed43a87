import { PDFNumber } from 'pdf-lib';
import type { PDFDict } from 'pdf-lib';
import type { Source } from './load.ts';
import { treeNodes } from './name-tree.ts';
import { arrayAt, asDict, dictAt, nameAt, numberAt, textAt } from './objects.ts';

/** How a page is called: `iv`, `A-3`. */
export interface Label {
  /** D, R, r, A or a; without one the prefix is all. */
  style: string | undefined;
  prefix: string;
  number: number;
}

/** What each page of a source is called; plain numbers where it does not say. */
export function readLabels(source: Source): Label[] {
  const ranges = new Map<number, PDFDict>();
  for (const node of treeNodes(dictAt(source.catalog, 'PageLabels'))) {
    const numbers = arrayAt(node, 'Nums');
    for (let index = 0; numbers && index + 1 < numbers.size(); index += 2) {
      const key = numbers.lookup(index);
      const range = asDict(numbers.lookup(index + 1));
      if (key instanceof PDFNumber && range) ranges.set(key.asNumber(), range);
    }
  }
  let label: Label = { style: 'D', prefix: '', number: 0 };
  return source.pages.map((_, index) => {
    const range = ranges.get(index);
    label = range
      ? { style: nameAt(range, 'S'), prefix: textAt(range, 'P') ?? '', number: numberAt(range, 'St') ?? 1 }
      : { ...label, number: label.number + 1 };
    return label;
  });
}
