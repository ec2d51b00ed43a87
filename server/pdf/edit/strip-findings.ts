import { count } from '../../count.ts';
import { listOf } from '../../list-of.ts';
import type { PDFObject } from 'pdf-lib';

/** What a person would notice, each once, however often it is come across. */
export class Findings {
  readonly pictures = new Set<PDFObject>();
  readonly comments = new Set<PDFObject>();
  readonly signatures = new Set<PDFObject>();
  /** Pictures that cannot be read, and stay as they are. */
  readonly unreadable = new Set<PDFObject>();
}

/** What else than the document's own properties went, in sentences. */
export function notesOf({ pictures, comments, signatures }: Findings): string[] {
  const places = [
    ...(pictures.size > 0 ? [`${count(pictures.size, 'picture')}`] : []),
    ...(comments.size > 0 ? [`${count(comments.size, 'comment')}`] : []),
    ...(signatures.size > 0 ? [`${count(signatures.size, 'signature')}`] : []),
  ];
  return places.length > 0 ? [`Names, dates and the like removed from ${listOf(places)}`] : [];
}

/** What may be left, in sentences. */
export function warningsOf({ unreadable }: Findings): string[] {
  return unreadable.size > 0
    ? [`Metadata may be left in ${count(unreadable.size, 'picture')} that could not be read.`]
    : [];
}
