import { PDFArray, PDFBool, PDFName, PDFStream } from 'pdf-lib';
import type { PDFDict } from 'pdf-lib';
import { asDict, nameAt, numberAt, streamAt } from '../../source/objects.ts';
import { type Filter, filtersOf, isPredicted } from '../../source/filters.ts';

/** An image of which it is sure what its samples are: 8 bits each, one or three a pixel. */
export interface Image {
  width: number;
  height: number;
  colors: 1 | 3;
  /** How the samples are coded once `filters` are off: `png` are deflated rows with the predictors of that format. */
  coding: 'jpeg' | 'png' | 'plain';
  filters: readonly Filter[];
}

export function isImage({ dict }: PDFStream): boolean {
  return nameAt(dict, 'Subtype') === 'Image';
}

/**
 * What an image is made of. Undefined where another coding could change its colours, or where that is not sure: for
 * palettes, four inks and spot colours, 1 and 16 bits, stencils, colours that stand for nothing.
 */
export function readImage({ dict }: PDFStream): Image | undefined {
  const [width, height] = [numberAt(dict, 'Width') ?? 0, numberAt(dict, 'Height') ?? 0];
  const colors = colorsOf(dict);
  const filters = filtersOf(dict);
  if (!filters || !colors || !(width > 0 && height > 0) || isSpecial(dict)) return undefined;
  const { loose, firm } = filters;
  const image = { width, height, colors, filters: loose };
  const [inner, ...more] = firm;
  if (inner) {
    const isJpeg = inner.name === PDFName.of('DCTDecode') && !inner.parameters && more.length === 0;
    return isJpeg && !loose.some(isPredicted) ? { ...image, coding: 'jpeg' } : undefined;
  }
  const predicted = loose.find(isPredicted);
  if (!predicted) return { ...image, coding: 'plain' };
  return isPng(predicted, image) ? { ...image, coding: 'png', filters: loose.slice(0, -1) } : undefined;
}

/** Entries by which samples mean something else than a colour of their own. */
function isSpecial(dict: PDFDict): boolean {
  const stencil = dict.lookup(PDFName.of('ImageMask'));
  if (stencil === PDFBool.True || (numberAt(dict, 'BitsPerComponent') ?? 8) !== 8) return true;
  if (dict.lookup(PDFName.of('Mask')) instanceof PDFArray) return true;
  // Colours that are mixed with the matte already must stay pixel for pixel beside their mask.
  const matte = PDFName.of('Matte');
  if (dict.has(matte) || streamAt(dict, 'SMask')?.dict.has(matte)) return true;
  return ['Alternates', 'SMaskInData', 'OPI'].some((key) => dict.has(PDFName.of(key)));
}

function isPng({ name, parameters }: Filter, { width, colors }: { width: number; colors: number }): boolean {
  return (
    name === PDFName.of('FlateDecode') &&
    (numberAt(parameters, 'Predictor') ?? 1) >= 10 &&
    (numberAt(parameters, 'Colors') ?? 1) === colors &&
    (numberAt(parameters, 'BitsPerComponent') ?? 8) === 8 &&
    (numberAt(parameters, 'Columns') ?? 1) === width
  );
}

function colorsOf(dict: PDFDict): 1 | 3 | undefined {
  const space = dict.lookup(PDFName.of('ColorSpace'));
  const family = space instanceof PDFArray ? space.lookup(0) : space;
  if (!(family instanceof PDFName)) return undefined;
  const name = family.decodeText();
  if (name === 'DeviceGray' || name === 'CalGray') return 1;
  if (name === 'DeviceRGB' || name === 'CalRGB') return 3;
  const profile = name === 'ICCBased' && space instanceof PDFArray ? space.lookup(1) : undefined;
  const count = profile instanceof PDFStream ? numberAt(asDict(profile.dict), 'N') : undefined;
  return count === 1 || count === 3 ? count : undefined;
}
