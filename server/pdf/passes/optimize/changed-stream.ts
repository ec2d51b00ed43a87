import { PDFName, PDFNull, PDFNumber, PDFRawStream } from 'pdf-lib';
import type { PDFDict, PDFStream } from 'pdf-lib';
import type { Change, Recoding } from './changes.ts';
import { type Filter, filtersOf, isPredicted } from '../../source/filters.ts';

/** A stream with its change. */
export function changedStream({ dict }: PDFStream, change: Change): PDFRawStream {
  const copy = dict.clone();
  setFilters(copy, filtersFor(dict, change));
  if ('width' in change) {
    copy.set(PDFName.of('Width'), PDFNumber.of(change.width));
    copy.set(PDFName.of('Height'), PDFNumber.of(change.height));
    copy.set(PDFName.of('BitsPerComponent'), PDFNumber.of(8));
  }
  return PDFRawStream.of(copy, change.data);
}

function filtersFor(dict: PDFDict, change: Change): Filter[] {
  const { loose = [], firm = [] } = filtersOf(dict) ?? {};
  switch (change.way) {
    case 'unpacked':
      return firm;
    case 'deflated':
      return [{ name: flate, parameters: rowsOf(loose.find(isPredicted)?.parameters) }];
    case 'jpeg':
      return [{ name: PDFName.of('DCTDecode'), parameters: undefined }];
    case 'png':
      return [{ name: flate, parameters: rowsFor(dict, change) }];
  }
}

function setFilters(dict: PDFDict, filters: readonly Filter[]): void {
  dict.delete(filterKey);
  dict.delete(parametersKey);
  if (filters.length === 0) return;
  const names = filters.map(({ name }) => name);
  const parameters = filters.map((filter) => filter.parameters ?? PDFNull);
  const isOne = filters.length === 1;
  dict.set(filterKey, isOne ? names[0]! : dict.context.obj(names));
  if (parameters.some((found) => found !== PDFNull))
    dict.set(parametersKey, isOne ? parameters[0]! : dict.context.obj(parameters));
}

/** What LZW and Flate have in common. */
function rowsOf(parameters: PDFDict | undefined): PDFDict | undefined {
  const copy = parameters?.clone();
  copy?.delete(PDFName.of('EarlyChange'));
  return copy;
}

function rowsFor({ context }: PDFDict, { width, colors }: Recoding): PDFDict {
  return context.obj({ Predictor: 15, Colors: colors, BitsPerComponent: 8, Columns: width });
}

const flate = PDFName.of('FlateDecode');
const filterKey = PDFName.of('Filter');
const parametersKey = PDFName.of('DecodeParms');
