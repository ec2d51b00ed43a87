import { PDFName, PDFRawStream } from 'pdf-lib';
import type { PDFStream } from 'pdf-lib';
import { filtersOf, unpack } from '../source/filters.ts';
import { withoutJp2Metadata } from './strip-jp2.ts';
import { withoutJpegMetadata } from './strip-jpeg.ts';

const coders = new Map([
  [PDFName.of('DCTDecode'), withoutJpegMetadata],
  [PDFName.of('DCT'), withoutJpegMetadata],
  [PDFName.of('JPXDecode'), withoutJp2Metadata],
]);
const filter = PDFName.of('Filter');
const parameters = PDFName.of('DecodeParms');

/**
 * A stream without the metadata of the picture file that it holds, other filters around that taken off; the same one
 * where there is none. Undefined where the file cannot be read.
 */
export function withoutPictureMetadata(stream: PDFStream): PDFStream | undefined {
  const { loose, firm } = filtersOf(stream.dict) ?? { loose: [], firm: [] };
  const [coder] = firm;
  const clean = coder && coders.get(coder.name);
  if (!coder || !clean) return stream;
  const data = unpack(stream.getContents(), loose);
  const cleaned = data && firm.length === 1 ? clean(data) : undefined;
  if (cleaned === undefined) return undefined;
  if (cleaned === data) return stream;
  const dict = stream.dict.clone();
  dict.set(filter, coder.name);
  if (coder.parameters) dict.set(parameters, coder.parameters);
  else dict.delete(parameters);
  return PDFRawStream.of(dict, cleaned);
}
