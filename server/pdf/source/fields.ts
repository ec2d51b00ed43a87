import { PDFName } from 'pdf-lib';
import type { PDFArray, PDFDict } from 'pdf-lib';
import { arrayAt, dictsIn } from './objects.ts';

const fieldName = PDFName.of('T');

/** Form fields without fields below them; their kids without a name are widgets. Safe from cycles. */
export function terminalFields(roots: PDFArray | undefined): PDFDict[] {
  const seen = new Set<PDFDict>();
  const fields: PDFDict[] = [];
  const open = dictsIn(roots);
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
