import type { PDFContext, PDFRef } from 'pdf-lib';
import { embedFont, type Letter } from './embed-font.ts';

/** A font of a document, with what is drawn with it on any of its pages. */
export class DrawnFont {
  readonly ref: PDFRef;
  readonly #context: PDFContext;
  /** By what patches call them. The same glyph may stand for several texts. */
  readonly #letters = new Map<string, Letter>();

  constructor(context: PDFContext) {
    this.#context = context;
    this.ref = context.nextRef();
  }

  /** A string operand. @param drawn letters as patches have them: `24=0041` */
  encode(drawn: readonly string[]): string {
    const codes = drawn.map((name) => {
      const [glyph = '', text = ''] = name.split('=');
      const letter = this.#letters.get(name) ?? {
        code: this.#letters.size + 1,
        glyph: Number.parseInt(glyph, 16),
        text,
      };
      this.#letters.set(name, letter);
      return letter.code.toString(16).padStart(4, '0');
    });
    return `<${codes.join('')}>`;
  }

  /** Once all is drawn. */
  embed(): void {
    embedFont(this.#context, this.ref, [...this.#letters.values()]);
  }
}
