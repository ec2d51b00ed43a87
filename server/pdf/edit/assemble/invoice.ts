import { PDFName } from 'pdf-lib';
import type { PDFDict } from 'pdf-lib';
import type { Source } from '../../source/load.ts';
import { readPacket, setPacket } from '../packet.ts';
import { prefixesOf, propertyOf, withoutProperty } from '../xmp.ts';
import type { Draft } from '../../model/edited.ts';

/** What a document says of itself that is an electronic invoice: a page to read, and the same as data (Factur-X, ZUGFeRD). */
export interface Invoice {
  /** Name of the attached file that has the data. */
  file: string | undefined;
}

const metadata = PDFName.of('Metadata');
/** `urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#`; ZUGFeRD had others of its own before. */
const namespace = /^urn:.*:CrossIndustryDocument:/;
const properties = ['DocumentType', 'DocumentFileName', 'Version', 'ConformanceLevel'];

export function readInvoice({ catalog, facts }: Source): Invoice | undefined {
  if (facts.attachments === 0) return undefined;
  const packet = readPacket(catalog.lookup(metadata)) ?? '';
  const prefixes = prefixesOf(packet, namespace);
  const file = prefixes.map((prefix) => propertyOf(packet, `${prefix}:DocumentFileName`)).find(Boolean);
  return prefixes.length > 0 ? { file } : undefined;
}

/** Takes the claim to be an invoice out of the result's metadata. */
export function dropInvoice(draft: Draft, catalog: PDFDict): void {
  let packet = readPacket(draft.resolve(catalog.get(metadata)));
  if (packet === undefined) return;
  for (const prefix of prefixesOf(packet, namespace))
    for (const name of properties) packet = withoutProperty(packet, `${prefix}:${name}`);
  setPacket(draft, catalog, packet);
}
