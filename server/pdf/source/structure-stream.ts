import { constants, inflateRawSync } from 'node:zlib';
import { PDFName } from 'pdf-lib';
import type { PDFDict, PDFRawStream } from 'pdf-lib';
import { AppError } from '../../errors.ts';
import { filtersOf, unpack } from './filters.ts';
import { numberAt } from './objects.ts';

/** Of one object or cross-reference stream once inflated, in bytes; real ones stay below 1 MB. */
const maxInflated = 64 * 2 ** 20;

/**
 * The data of an object or cross-reference stream, as far as it goes. Undefined where it is damaged, or packed in a
 * way that such streams may not be.
 * @throws AppError TOO_COMPLEX
 */
export function unpackStructure({ dict, contents }: PDFRawStream): Buffer | undefined {
  const filters = filtersOf(dict);
  if (!filters || filters.firm.length > 0) return undefined;
  let data: Uint8Array | undefined = contents;
  for (const filter of filters.loose)
    data &&= filter.name === flate ? inflateStructure(data) : unpack(data, [filter]);
  return (
    data &&
    withoutPredictor(
      Buffer.from(data.buffer, data.byteOffset, data.byteLength),
      filters.loose.at(-1)?.parameters,
    )
  );
}

/** One Flate layer, as far as it goes; undefined where it is none. @throws AppError TOO_COMPLEX */
export function inflateStructure(data: Uint8Array): Buffer | undefined {
  try {
    // Raw, past the two bytes of header: zlib refuses headers that PDF parsers let pass.
    const options = { maxOutputLength: maxInflated, finishFlush: constants.Z_SYNC_FLUSH };
    return inflateRawSync(data.subarray(2), options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    return undefined;
  }
}

export function tooLarge(): AppError {
  return new AppError(
    'TOO_COMPLEX',
    'The structure of the file unpacks to far more than a document needs. Save it anew in a PDF program and try again.',
  );
}

/** The library's decoder knows no predictors, and nearly every cross-reference stream has a PNG one (7.4.4.4). */
function withoutPredictor(data: Buffer, parameters: PDFDict | undefined): Buffer | undefined {
  const predictor = numberAt(parameters, 'Predictor') ?? 1;
  if (predictor === 1) return data;
  const bits = (numberAt(parameters, 'Colors') ?? 1) * (numberAt(parameters, 'BitsPerComponent') ?? 8);
  const columns = numberAt(parameters, 'Columns') ?? 1;
  // Of bytes, one each, as all such streams have them.
  if (predictor < 10 || predictor > 15 || bits !== 8 || !(columns >= 1)) return undefined;
  const rows = Math.floor(data.length / (columns + 1));
  const out = Buffer.alloc(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    const kind = data[row * (columns + 1)]!;
    const to = row * columns;
    for (let column = 0; column < columns; column += 1) {
      const left = column > 0 ? out[to + column - 1]! : 0;
      const above = row > 0 ? out[to + column - columns]! : 0;
      const corner = column > 0 && row > 0 ? out[to + column - columns - 1]! : 0;
      out[to + column] = data[row * (columns + 1) + 1 + column]! + predict(kind, left, above, corner);
    }
  }
  return out;
}

/** The PNG filters: none, left, above, average, Paeth. */
function predict(kind: number, left: number, above: number, corner: number): number {
  if (kind === 1) return left;
  if (kind === 2) return above;
  if (kind === 3) return (left + above) >> 1;
  if (kind !== 4) return 0;
  const [toLeft, toAbove, toCorner] = [left, above, corner].map((value) =>
    Math.abs(left + above - corner - value),
  );
  if (toLeft! <= toAbove! && toLeft! <= toCorner!) return left;
  return toAbove! <= toCorner! ? above : corner;
}

const flate = PDFName.of('FlateDecode');
