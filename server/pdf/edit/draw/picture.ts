import { deflateSync } from 'node:zlib';
import { AppError } from '../../../errors.ts';
import type { Picture } from '../../model/page.ts';

const mostPixels = 25e6;
const longestSide = 4_000;

/**
 * Makes an uploaded image anew: nothing of its bytes gets into a document, and a broken one is found here.
 * @param bytes PNG or JPEG
 * @throws AppError UNSUPPORTED where it cannot be read, TOO_COMPLEX where it is too large
 */
export async function readPicture(bytes: Buffer): Promise<Picture> {
  // Native code, which only the slots that need it may load.
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  try {
    const image = sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error' });
    const { format, hasAlpha } = await image.metadata();
    const size = {
      width: longestSide,
      height: longestSide,
      fit: 'inside',
      withoutEnlargement: true,
    } as const;
    const upright = image.autoOrient().resize(size).toColourspace('srgb');
    if (format === 'jpeg') {
      const { data, info } = await upright.jpeg({ quality: 90 }).toBuffer({ resolveWithObject: true });
      const colors = info.channels === 1 ? 'DeviceGray' : 'DeviceRGB';
      return { width: info.width, height: info.height, colors, filter: 'DCTDecode', data, alpha: undefined };
    }
    const { data, info } = await upright.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    const { color, alpha } = separate(data);
    return {
      width,
      height,
      colors: 'DeviceRGB',
      filter: 'FlateDecode',
      data: deflateSync(color),
      alpha: hasAlpha ? deflateSync(alpha) : undefined,
    };
  } catch (error) {
    throw explain(error);
  }
}

function separate(rgba: Buffer): { color: Buffer; alpha: Buffer } {
  const pixels = rgba.length / 4;
  const color = Buffer.alloc(3 * pixels);
  const alpha = Buffer.alloc(pixels);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    rgba.copy(color, 3 * pixel, 4 * pixel, 4 * pixel + 3);
    alpha[pixel] = rgba[4 * pixel + 3]!;
  }
  return { color, alpha };
}

function explain(cause: unknown): AppError {
  if (cause instanceof Error && /pixel limit/i.test(cause.message))
    return new AppError(
      'TOO_COMPLEX',
      'The image has more than 25 million pixels. Scale it down and try again.',
      {
        cause,
      },
    );
  return new AppError('UNSUPPORTED', 'The image cannot be read. Save it anew as PNG or JPEG and try again.', {
    cause,
  });
}
