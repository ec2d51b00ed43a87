import { PDFArray, PDFDict, PDFName, PDFNumber } from 'pdf-lib';
import type { PDFContext } from 'pdf-lib';
import type { Source } from '../read/load.ts';
import { arrayAt, asDict, dictAt, nameAt, numberAt, textAt, textString } from '../read/objects.ts';
import type { VirtualPage } from '../step.ts';
import { treeNodes } from '../read/name-tree.ts';

/** How a page is called: `iv`, `A-3`. */
interface Label {
  /** D, R, r, A or a; without one the prefix is all. */
  style: string | undefined;
  prefix: string;
  number: number;
}

/** The result's page labels: every page keeps what it was called. Undefined where no source has labels. */
export function buildLabels(
  context: PDFContext,
  sources: readonly Source[],
  pages: readonly VirtualPage[],
): PDFDict | undefined {
  const used = new Set(pages.map((page) => page.source));
  if (![...used].some((index) => sources[index]!.facts.labels)) return undefined;
  const labels = new Map([...used].map((index) => [index, labelsOf(sources[index]!)]));
  const ranges = PDFArray.withContext(context);
  let expected: Label | undefined;
  for (const [index, { source, page }] of pages.entries()) {
    const label = labels.get(source)![page]!;
    if (!expected || !isSame(label, expected)) {
      ranges.push(PDFNumber.of(index));
      ranges.push(describe(context, label));
    }
    expected = { ...label, number: label.number + 1 };
  }
  const tree = PDFDict.withContext(context);
  tree.set(PDFName.of('Nums'), ranges);
  return tree;
}

/** What each page of a source is called; plain numbers where it does not say. */
function labelsOf(source: Source): Label[] {
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

function isSame(a: Label, b: Label): boolean {
  return a.style === b.style && a.prefix === b.prefix && a.number === b.number;
}

function describe(context: PDFContext, { style, prefix, number }: Label): PDFDict {
  const range = PDFDict.withContext(context);
  if (style) range.set(PDFName.of('S'), PDFName.of(style));
  if (prefix) range.set(PDFName.of('P'), textString(prefix));
  if (number !== 1) range.set(PDFName.of('St'), PDFNumber.of(number));
  return range;
}
