import type { PDFName } from 'pdf-lib';
import { ContentReader } from '../../source/content/content-reader.ts';
import type { Matrix } from '../../source/matrix.ts';

/** What of a page's content decides where images are drawn (ISO 32000-1, 8.4.4, 8.8). */
export type Operation =
  | { operator: 'q' }
  | { operator: 'Q' }
  /** The matrix comes before the present one. */
  | { operator: 'cm'; matrix: Matrix }
  /** Draws what the resources call so. */
  | { operator: 'Do'; name: PDFName };

/** The operations in some content, none where it draws nothing. Undefined where it makes no sense. */
export function readOperations(content: Uint8Array): Operation[] | undefined {
  const found: Operation[] = [];
  if (!Buffer.from(content.buffer, content.byteOffset, content.byteLength).includes('Do')) return found;
  const reader = new ContentReader(content);
  while (reader.next()) {
    const { operator } = reader;
    if (operator === 'q' || operator === 'Q') found.push({ operator });
    else if (operator === 'cm') {
      const [a, b, c, d, e, f] = reader.numbers(6) ?? [];
      if (f === undefined) return undefined;
      found.push({ operator, matrix: [a!, b!, c!, d!, e!, f] });
    } else if (operator === 'Do') {
      const name = reader.name();
      if (name) found.push({ operator, name });
    }
  }
  return reader.sound ? found : undefined;
}
