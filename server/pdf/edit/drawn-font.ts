import type { PDFContext, PDFRef } from 'pdf-lib';
import { codeOf, type Coded, embedFont } from './embed-font.ts';

/** A font of a document, with what is drawn with it on any of its pages. */
export class DrawnFont {
  readonly ref: PDFRef;
  readonly #context: PDFContext;
  readonly #number: number;
  /** What it has, by what patches call it, and where. */
  readonly #indices = new Map<string, number>();

  constructor(context: PDFContext, number: number) {
    this.#context = context;
    this.#number = number;
    this.ref = context.nextRef();
  }

  /** A string operand. @param letters as patches call them, see `Drawing` */
  encode(letters: readonly string[]): string {
    const codes = letters.map((letter) => {
      const index = this.#indices.get(letter) ?? this.#indices.size;
      this.#indices.set(letter, index);
      return codeOf(index);
    });
    return `<${codes.join('')}>`;
  }

  /** Once all is drawn. */
  embed(): void {
    embedFont(this.#context, this.ref, this.#number, [...this.#indices.keys()].map(parse));
  }
}

/** @param letter as `72+2665@-7,0:564=00650301` */
function parse(letter: string): Coded {
  const [made = '', text = ''] = letter.split('=');
  const [glyphs = '', width] = made.split(':');
  return {
    text,
    width: Number(width),
    glyphs: glyphs.split('+').flatMap((glyph) => {
      if (glyph === '') return [];
      const [id, x = 0, y = 0] = glyph.split(/[@,]/).map(Number) as [number, number?, number?];
      return { id, x, y };
    }),
  };
}
