import { headerOf, headerWindow } from '../pdf/source/header.ts';

/** What can be uploaded: documents, and images for steps that draw them. */
export type MediaType = 'application/pdf' | 'image/png' | 'image/jpeg';

/** As many bytes of a file's beginning tell what it is. */
export const sniffBytes = headerWindow;

/** What a file is, by its first bytes; undefined for what is not taken here. */
export function sniff(start: Buffer): MediaType | undefined {
  if (start.subarray(0, png.length).equals(png)) return 'image/png';
  if (start.subarray(0, jpeg.length).equals(jpeg)) return 'image/jpeg';
  return headerOf(start) === undefined ? undefined : 'application/pdf';
}

const png = Buffer.from('89504e470d0a1a0a', 'hex');
const jpeg = Buffer.from('ffd8ff', 'hex');
