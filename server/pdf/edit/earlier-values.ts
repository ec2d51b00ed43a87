import { PDFName } from 'pdf-lib';
import type { EditedDocument } from '../model/edited.ts';
import type { OptionValues } from '../model/option.ts';
import { asDict, textAt } from '../source/objects.ts';
import { readPacket } from './packet.ts';

/** Where each property stands, in Info and in the XMP packet. */
const places = {
  title: { info: 'Title', xmp: ['dc:title'] },
  author: { info: 'Author', xmp: ['dc:creator'] },
  subject: { info: 'Subject', xmp: ['dc:description'] },
  keywords: { info: 'Keywords', xmp: ['dc:subject', 'pdf:Keywords'] },
} as const;

/** The properties that a `metadata` step sets and that the source's bytes have another value of, or may have. */
export function earlierValues({ draft, root, info }: EditedDocument, options: OptionValues): string[] {
  const before = asDict(draft.original(info));
  const catalog = asDict(draft.original(root));
  const packet = readPacket(draft.original(catalog?.get(PDFName.of('Metadata')))) ?? '';
  return Object.entries(places).flatMap(([property, { info: key, xmp }]) => {
    const value = options[property];
    if (value === undefined) return [];
    const text = textAt(before, key) ?? '';
    const isOther = text !== '' && text !== (Array.isArray(value) ? value.join(', ') : value);
    return isOther || xmp.some((name) => packet.includes(name)) ? [property] : [];
  });
}
