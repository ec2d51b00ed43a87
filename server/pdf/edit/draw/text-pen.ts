import type { Run } from './line-of-text.ts';
import { round } from './position.ts';
import type { Letter } from './shape.ts';

/** Writes runs of letters as text operators (ISO 32000-1, 9.4). Places are in thousandths of the font size. */
export class TextPen {
  readonly #size: number;
  readonly #operators: string[] = [];
  #font: number | undefined;
  /** Where the next letter would be drawn. */
  #at: readonly [left: number, up: number] = [0, 0];
  /** Where the last `Td` has led, in points. */
  #origin: readonly number[] = [0, 0];

  constructor(size: number) {
    this.#size = size;
  }

  get operators(): string {
    return this.#operators.join(' ');
  }

  draw({ font, letters, width }: Run, left: number, up: number): void {
    if (letters.length === 0) return;
    if (font !== this.#font) this.#operators.push(`/OctavoF${font} ${round(this.#size)} Tf`);
    this.#font = font;
    if (left !== this.#at[0] || up !== this.#at[1]) this.#move(left, up);
    this.#operators.push(`<F${font} ${letters.map(nameOf).join(' ')}> Tj`);
    this.#at = [left + width, up];
  }

  #move(...place: readonly [left: number, up: number]): void {
    const origin = place.map((length) => round((length * this.#size) / 1_000));
    const by = origin.map((length, axis) => round(length - this.#origin[axis]!));
    this.#operators.push(`${by.join(' ')} Td`);
    this.#origin = origin;
  }
}

/** As patches call a letter, see `Drawing`. */
function nameOf({ glyphs, width, text }: Letter): string {
  const parts = glyphs.map(({ id, x, y }) => (x === 0 && y === 0 ? `${id}` : `${id}@${x},${y}`));
  return `${parts.join('+')}:${width}=${Buffer.from(text, 'utf16le').swap16().toString('hex')}`;
}
