/** What can be uploaded: documents, and images for steps that draw them. */
export type MediaType = 'application/pdf' | 'image/png' | 'image/jpeg';

/** As many bytes of a file's beginning tell what it is. */
export const sniffBytes = 1_024;

/**
 * What a file is, by its first bytes; undefined for what is not taken here. The spec lets `%PDF-` stand anywhere in the
 * first 1,024 bytes (ISO 32000-2, annex I).
 */
export function sniff(start: Buffer): MediaType | undefined {
  if (start.subarray(0, png.length).equals(png)) return 'image/png';
  if (start.subarray(0, jpeg.length).equals(jpeg)) return 'image/jpeg';
  return start.subarray(0, sniffBytes).includes('%PDF-') ? 'application/pdf' : undefined;
}

const png = Buffer.from('89504e470d0a1a0a', 'hex');
const jpeg = Buffer.from('ffd8ff', 'hex');
