import type { PDFStream } from 'pdf-lib';
import type { Sharp } from 'sharp';
import { sharp } from '../images/sharp.ts';
import type { Change } from './changes.ts';
import { unpack } from '../../source/filters.ts';
import { type Image, readImage } from './image.ts';
import { unwrapPng, wrapPng } from './png.ts';

/** An image that can be coded anew with the colours that it has. */
export interface Picture extends Image {
  /** @param quality 1 to 100 */
  jpeg(size: Size, quality: number): Promise<Change | undefined>;
  png(size: Size): Promise<Change | undefined>;
}

/** In pixels. */
export interface Size {
  width: number;
  height: number;
}

const mostPixels = 50e6;

/**
 * Opens an image. Undefined where it is not sure what its samples are, where it is not what its dictionary says, or too
 * large. What it answers rejects where its data has a fault.
 */
export async function openPicture(stream: PDFStream): Promise<Picture | undefined> {
  const image = readImage(stream);
  if (!image || image.width * image.height > mostPixels) return undefined;
  const data = unpack(stream.getContents(), image.filters);
  const open = data && (await openerOf(data, image));
  if (!open) return undefined;
  const { colors } = image;
  const draw = (width: number, height: number): Sharp => {
    const drawn = open().toColourspace(colors === 1 ? 'b-w' : 'srgb');
    const isScaled = width !== image.width || height !== image.height;
    return isScaled ? drawn.resize({ width, height, fit: 'fill' }) : drawn;
  };
  return {
    ...image,
    async jpeg({ width, height }, quality) {
      const chromaSubsampling = quality < 90 ? '4:2:0' : '4:4:4';
      const { data, info } = await draw(width, height)
        .jpeg({ quality, chromaSubsampling })
        .toBuffer({ resolveWithObject: true });
      return info.channels === colors ? { way: 'jpeg', data, width, height, colors } : undefined;
    },
    async png({ width, height }) {
      const file = await draw(width, height)
        .png({ compressionLevel: 9, adaptiveFiltering: true, palette: false })
        .toBuffer();
      const rows = unwrapPng(file, colors);
      return rows && { way: 'png', data: rows, width, height, colors };
    },
  };
}

/** Makes it ready to be drawn, any number of times. A profile of the file's own counts nothing in a PDF. */
async function openerOf(data: Uint8Array, image: Image): Promise<(() => Sharp) | undefined> {
  const { width, height, colors, coding } = image;
  const options = { limitInputPixels: mostPixels, ignoreIcc: true, failOn: 'warning' } as const;
  if (coding === 'plain') {
    const bytes = width * height * colors;
    const raw = { width, height, channels: colors } as const;
    return data.length < bytes ? undefined : () => sharp(data.subarray(0, bytes), { raw });
  }
  const file = coding === 'png' ? wrapPng(data, image) : data;
  const open = (): Sharp => sharp(file, options);
  const found = await open().metadata();
  const isSame = found.width === width && found.height === height && found.channels === colors;
  return isSame ? open : undefined;
}
