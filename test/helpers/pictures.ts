import sharp from 'sharp';
import { openRenderer } from '../../server/pdf/passes/images/renderer.ts';

/** Samples that look like a photograph to a coder: soft, with some grain; the same each time. */
export function photo(width: number, height: number, channels: 1 | 3): Buffer {
  const data = Buffer.alloc(width * height * channels);
  for (let y = 0, at = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1)
      for (let channel = 0; channel < channels; channel += 1, at += 1) {
        const soft = Math.sin(x / 23 + channel) * 60 + Math.cos(y / 31 - channel) * 50;
        data[at] = 128 + soft + ((x * 7 + y * 13 + ((x * y) % 11)) % 9);
      }
  return data;
}

export function jpegOf(data: Buffer, width: number, space: 'srgb' | 'b-w' | 'cmyk'): Promise<Buffer> {
  const channels = space === 'b-w' ? 1 : 3;
  const height = data.length / channels / width;
  return sharp(data, { raw: { width, height, channels } })
    .toColourspace(space)
    .jpeg({ quality: 95 })
    .toBuffer();
}

/**
 * How much two documents differ as they are drawn: of each page, the mean of all its pixels, 0 to 255.
 * @param side pixels of a page's longer side; as many as it has units, if left out
 */
export async function differences(one: Buffer, other: Buffer, side?: number): Promise<number[]> {
  const [drawn, others] = await drawPages([one, other], side);
  return drawn!.map((pixels, page) => {
    const changed = others![page]!;
    return pixels.reduce((sum, value, at) => sum + Math.abs(value - changed[at]!), 0) / pixels.length;
  });
}

/** The pixels of each page of each document. @param side as in {@link differences} */
export async function drawPages(documents: readonly Buffer[], side?: number): Promise<Uint8Array[][]> {
  const renderer = await openRenderer(documents.map((bytes) => ({ name: '', bytes })));
  const drawn: Uint8Array[][] = [];
  for (const source of documents.keys()) {
    const pages: Uint8Array[] = [];
    for (let page = 0; page < renderer.pages[source]!; page += 1) {
      const bitmap = await renderer.draw(source, page, ({ width, height }) => {
        const scale = side === undefined ? 1 : side / Math.max(width, height);
        return { width: Math.round(width * scale), height: Math.round(height * scale) };
      });
      pages.push(Uint8Array.from(bitmap!.data));
    }
    drawn.push(pages);
  }
  return drawn;
}
