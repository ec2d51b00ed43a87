import { deflateSync } from 'node:zlib';
import type { PageParts } from './pages-pdf.ts';
import type { Random } from './random.ts';
import type { RawPdf } from './raw-pdf.ts';

/** A sheet of A4 as a scanner sees it. Places and sizes in millimetres, from the top left; levels from 0, black, to 255. */
export class Sheet {
  readonly width = 827;
  readonly height = 1_169;
  readonly pixels: Buffer;
  readonly #perMillimetre = 100 / 25.4;

  /** @param noise how far a pixel may be from the paper's level */
  constructor(chance: Random, paper = 246, noise = 6) {
    const level = (): number => paper - noise + chance.below(2 * noise + 1);
    this.pixels = Buffer.from(Array.from({ length: this.width * this.height }, level));
  }

  box(left: number, top: number, width: number, height: number, level: number): this {
    return this.#fill(left, top, width, height, level, () => true);
  }

  disc(x: number, y: number, radius: number, level: number): this {
    const isInside = (across: number, down: number): boolean => Math.hypot(across - x, down - y) <= radius;
    return this.#fill(x - radius, y - radius, 2 * radius, 2 * radius, level, isInside);
  }

  /** A line of what looks like words from afar. */
  words(left: number, top: number, width: number, height: number, level: number): this {
    for (let at = left; at < left + width; at += 0.8 * height) {
      this.box(at, top, 0.15 * height, height, level);
      this.box(at, top + height / 2, 0.6 * height, 0.15 * height, level);
    }
    return this;
  }

  /** A page that is this picture. */
  page(file: RawPdf): PageParts {
    const entries = `/Type /XObject /Subtype /Image /Width ${this.width} /Height ${this.height}`;
    const coded = '/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode';
    const image = file.addStream(`${entries} ${coded}`, deflateSync(this.pixels, { level: 1 }));
    return { content: 'q 595 0 0 842 0 0 cm /Im Do Q', resources: `/XObject << /Im ${image} 0 R >>` };
  }

  #fill(
    left: number,
    top: number,
    width: number,
    height: number,
    level: number,
    isInside: (x: number, y: number) => boolean,
  ): this {
    const pixel = (millimetres: number): number => Math.round(millimetres * this.#perMillimetre);
    for (let y = Math.max(0, pixel(top)); y < Math.min(this.height, pixel(top + height)); y += 1)
      for (let x = Math.max(0, pixel(left)); x < Math.min(this.width, pixel(left + width)); x += 1)
        if (isInside(x / this.#perMillimetre, y / this.#perMillimetre))
          this.pixels[y * this.width + x] = level;
    return this;
  }
}
