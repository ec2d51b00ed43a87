import { PDFArray, PDFDict, PDFName, PDFNumber } from 'pdf-lib';
import type { PDFContext } from 'pdf-lib';
import type { Label } from '../../source/labels.ts';
import type { Source } from '../../source/load.ts';
import { textString } from '../../source/objects.ts';
import { structureOf } from '../../source/structure.ts';
import type { VirtualPage } from '../../model/document.ts';

/** A blank page is called nothing. */
const nameless: Label = { style: undefined, prefix: '', number: 1 };

/** The result's page labels: every page keeps what it was called. Undefined where no source has labels. */
export function buildLabels(
  context: PDFContext,
  sources: readonly Source[],
  pages: readonly VirtualPage[],
): PDFDict | undefined {
  if (!pages.some(({ source }) => sources[source]!.facts.labels)) return undefined;
  const ranges = PDFArray.withContext(context);
  let expected: Label | undefined;
  for (const [index, { source, page, blank }] of pages.entries()) {
    const label = blank ? nameless : structureOf(sources[source]!).labels[page]!;
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
