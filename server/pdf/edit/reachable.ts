import { PDFArray, PDFDict, PDFName, PDFRef, PDFStream } from 'pdf-lib';
import type { PDFObject } from 'pdf-lib';

/**
 * All objects that some values lead to, in the order they are come across.
 * @param resolve what a reference stands for; where it answers undefined, the way ends
 */
export function reachable(
  from: readonly PDFObject[],
  resolve: (ref: PDFRef) => PDFObject | undefined,
): Map<PDFRef, PDFObject> {
  const found = new Map<PDFRef, PDFObject>();
  const open = [...from];
  for (let value = open.pop(); value; value = open.pop()) {
    if (value instanceof PDFRef) {
      const object = found.has(value) ? undefined : resolve(value);
      if (!object) continue;
      found.set(value, object);
      open.push(object);
    } else if (value instanceof PDFArray) for (const item of value.asArray()) open.push(item);
    else if (value instanceof PDFDict) for (const item of value.values()) open.push(item);
    else if (value instanceof PDFStream) {
      // A length of its own is written into the dictionary itself.
      for (const [key, item] of value.dict.entries()) if (key !== PDFName.Length) open.push(item);
    }
  }
  return found;
}
