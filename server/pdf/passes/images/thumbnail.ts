import type { Sharp } from 'sharp';
import { headerOf } from '../../source/header.ts';
import { brokenPdf } from '../../source/refusals.ts';
import { openRenderer } from './renderer.ts';
import { sharp } from './sharp.ts';

/** Of the longest side, in pixels. */
const side = 320;
/** Drawn larger than it will be: small letters are clearer so. */
const oversampling = 2;
const mostPixels = 25_000_000;

/**
 * A small WebP of an image, or of a document's first page.
 * @param bytes PDF, PNG or JPEG
 * @throws AppError ENCRYPTED; Error where it cannot be drawn
 */
export async function drawThumbnail(bytes: Buffer): Promise<Buffer> {
  const image = headerOf(bytes) !== undefined ? await drawFirstPage(bytes) : open(bytes);
  return image
    .flatten({ background: 'white' })
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 75, effort: 2 })
    .toBuffer();
}

function open(bytes: Buffer): Sharp {
  return sharp(bytes, { limitInputPixels: mostPixels }).autoOrient();
}

async function drawFirstPage(bytes: Buffer): Promise<Sharp> {
  const renderer = await openRenderer([{ name: '', bytes }]);
  const bitmap = await renderer.draw(0, 0, ({ width, height }) => {
    const scale = (oversampling * side) / Math.max(width, height);
    const pixels = (length: number): number => Math.max(1, Math.round(length * scale));
    return { width: pixels(width), height: pixels(height) };
  });
  if (!bitmap) throw brokenPdf();
  const { data, width, height } = bitmap;
  return sharp(data, { raw: { width, height, channels: 4 } });
}
