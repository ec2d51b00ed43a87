import { PDFDict, PDFName, PDFString } from 'pdf-lib';
import { listOf } from '../../list-of.ts';
import { readPacket, setPacket } from './packet.ts';
import { earlierValues } from './earlier-values.ts';
import { textString } from '../source/objects.ts';
import { withProperties } from './xmp.ts';
import type { Properties } from './xmp.ts';
import type { OptionValues } from '../model/option.ts';
import type { EditedDocument } from '../model/edited.ts';

/**
 * Sets a document's properties in its Info dictionary, its XMP packet and its language. Nothing is left of another value
 * in their place, as the file is written anew then; of a signed one that is said instead, as its bytes prove it.
 * @param date ISO 8601, of the change
 */
export function applyMetadata(document: EditedDocument, options: OptionValues, date: string): void {
  const { draft, root } = document;
  const earlier = earlierValues(document, options);
  if (earlier.length > 0 && !document.signed) document.anew = true;
  else if (earlier.length > 0)
    document.warnings.push(
      `The earlier ${listOf(earlier)} ${earlier.length === 1 ? 'is' : 'are'} still in the file, of which nothing was rewritten because it is signed.`,
    );
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
  const packet = readPacket(draft.resolve(catalog.get(PDFName.of('Metadata'))));
  setPacket(draft, catalog, withProperties(packet, properties));
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
