import { PDFXRefStreamParser } from 'pdf-lib';
import type { PDFContext, PDFDict, PDFRawStream } from 'pdf-lib';

interface Internals {
  dict: PDFDict;
  context: PDFContext;
  parseEntries(): [];
}

/*
 * Of a cross-reference stream the library uses the trailer that its dictionary is. The entries it unpacks and reads
 * too, by whatever widths and counts the file claims (10^9 bytes each, 10^15 of them), and throws them away.
 */
const parser = PDFXRefStreamParser.prototype as unknown as Internals;
parser.parseEntries = () => [];

PDFXRefStreamParser.forStream = ({ dict }: PDFRawStream) => {
  const forDict = Object.create(parser) as PDFXRefStreamParser & Internals;
  return Object.assign(forDict, { dict, context: dict.context });
};
