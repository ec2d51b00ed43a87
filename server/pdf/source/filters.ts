import { inflateSync } from 'node:zlib';
import { decodePDFRawStream, PDFArray, PDFContext, PDFName, PDFRawStream } from 'pdf-lib';
import type { PDFDict, PDFObject } from 'pdf-lib';
import { asDict, numberAt } from './objects.ts';

/** One way in which a stream's data is packed (ISO 32000-1, 7.4), the last one applied first. */
export interface Filter {
  name: PDFName;
  parameters: PDFDict | undefined;
}

/** Of what is unpacked, in bytes: an image of 40 megapixels. */
const mostBytes = 128 * 2 ** 20;

const unpackable = new Set(
  ['FlateDecode', 'LZWDecode', 'ASCII85Decode', 'ASCIIHexDecode', 'RunLengthDecode'].map((name) =>
    PDFName.of(name),
  ),
);

/**
 * The filters of a stream: those that can be taken off without loss, and those below them. Undefined where its data is
 * in another file, encrypted by itself, or its dictionary makes no sense.
 */
export function filtersOf(dict: PDFDict): { loose: Filter[]; firm: Filter[] } | undefined {
  if (dict.has(file)) return undefined;
  const names = list(dict.lookup(PDFName.of('Filter')));
  const parameters = list(dict.lookup(PDFName.of('DecodeParms')));
  const filters: Filter[] = [];
  for (const [index, name] of names.entries()) {
    if (!(name instanceof PDFName) || name === crypt) return undefined;
    filters.push({ name, parameters: asDict(parameters[index]) });
  }
  const firm = filters.findIndex(({ name }) => !unpackable.has(name));
  const loose = firm < 0 ? filters : filters.slice(0, firm);
  // A predictor's rows are no filter of their own: nothing can be taken off below them.
  const predicted = loose.findIndex(isPredicted);
  if (predicted >= 0 && predicted < filters.length - 1) return undefined;
  return { loose, firm: filters.slice(loose.length) };
}

/** Whether what comes out of the filter are differences, to be added up by rows. */
export function isPredicted({ parameters }: Filter): boolean {
  return (numberAt(parameters, 'Predictor') ?? 1) > 1;
}

/** Takes filters off some data; predicted rows stay as they are. Undefined where it is damaged, or unpacks to too much. */
export function unpack(
  data: Uint8Array,
  filters: readonly Filter[],
  most = mostBytes,
): Uint8Array | undefined {
  try {
    return filters.reduce((packed, filter) => takeOff(packed, filter, most), data);
  } catch {
    return undefined;
  }
}

function takeOff(data: Uint8Array, { name, parameters }: Filter, most: number): Uint8Array {
  if (name === flate) return inflateSync(data, { maxOutputLength: most, chunkSize: chunkFor(data) });
  const dict = PDFContext.create().obj({ Filter: name, ...(parameters && { DecodeParms: parameters }) });
  const unpacked = decodePDFRawStream(PDFRawStream.of(dict, data)).getBytes(most + 1);
  if (unpacked.length > most) throw new RangeError('unpacks to too much');
  return Buffer.from(unpacked);
}

/** Bytes that zlib makes at a time: most streams are small, and a new buffer of its usual 16 KB is a lot of them. */
export function chunkFor({ length }: Uint8Array): number {
  return Math.min(64 * 1_024, Math.max(512, 4 * length));
}

/** The items of an array, or the one value that stands for it. */
function list(value: PDFObject | undefined): (PDFObject | undefined)[] {
  if (value instanceof PDFArray) return value.asArray().map((_, index) => value.lookup(index));
  return value === undefined ? [] : [value];
}

const file = PDFName.of('F');
const crypt = PDFName.of('Crypt');
const flate = PDFName.of('FlateDecode');
