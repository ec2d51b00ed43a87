import { inflateSync } from 'node:zlib';
import { PDFDict, PDFName, PDFRawStream, PDFStream, PDFString } from 'pdf-lib';
import { nameAt, textString } from '../source/objects.ts';
import { withProperties } from './xmp.ts';
import type { Properties } from './xmp.ts';
import type { OptionValues } from '../model/option.ts';
import type { Draft, EditedDocument } from '../model/edited.ts';

const maxPacket = 16 << 20;

/**
 * Sets a document's properties in its Info dictionary, its XMP packet and its language.
 * @param date ISO 8601, of the change
 */
export function applyMetadata(document: EditedDocument, options: OptionValues, date: string): void {
  const { draft, root } = document;
  const properties = propertiesOf(options, date);
  document.info ??= draft.context.register(PDFDict.withContext(draft.context));
  const dict = draft.edit(document.info);
  const { title, author, subject, keywords, language } = properties;
  if (title !== undefined) dict.set(PDFName.Title, textString(title));
  if (author !== undefined) dict.set(PDFName.Author, textString(author));
  if (subject !== undefined) dict.set(PDFName.Subject, textString(subject));
  if (keywords) dict.set(PDFName.Keywords, textString(keywords.join(', ')));
  dict.set(PDFName.ModDate, PDFString.fromDate(new Date(date)));
  const catalog = draft.edit(root);
  if (language !== undefined) catalog.set(PDFName.of('Lang'), textString(language));
  const packet = withProperties(readPacket(draft, catalog), properties);
  const head = draft.context.obj({ Type: 'Metadata', Subtype: 'XML' });
  catalog.set(PDFName.of('Metadata'), draft.context.register(PDFRawStream.of(head, Buffer.from(packet))));
}

function propertiesOf(options: OptionValues, date: string): Properties {
  const text = (key: string): string | undefined => {
    const value = options[key];
    return typeof value === 'string' ? value : undefined;
  };
  const { keywords } = options;
  return {
    title: text('title'),
    author: text('author'),
    subject: text('subject'),
    keywords: Array.isArray(keywords) ? keywords.map(String) : undefined,
    language: text('language'),
    modified: `${date.slice(0, 19)}Z`,
  };
}

/** The packet as text; undefined where there is none, or none that can be read. */
function readPacket(draft: Draft, catalog: PDFDict): string | undefined {
  const stream = draft.resolve(catalog.get(PDFName.of('Metadata')));
  if (!(stream instanceof PDFStream)) return undefined;
  const filter = nameAt(stream.dict, 'Filter');
  const bytes = stream.getContents();
  try {
    if (filter === 'FlateDecode') return inflateSync(bytes, { maxOutputLength: maxPacket }).toString('utf8');
    return stream.dict.has(PDFName.of('Filter')) ? undefined : Buffer.from(bytes).toString('utf8');
  } catch {
    return undefined;
  }
}
