import type { Matrix } from './page-frame.ts';
import type { Calls, Pointer } from './pdfium-calls.ts';

type Point = readonly [x: number, y: number];

/** In the page's own coordinates, upright. */
export interface CharacterBox {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

/**
 * The characters of a page in PDFium's order, and what it tells of each. Ask little of each: there may be a million on a
 * page. To be closed.
 */
export class TextPage {
  readonly length: number;
  readonly #calls: Calls;
  readonly #text: Pointer;
  /** Where PDFium writes its answers, and views of it. */
  readonly #room: Pointer;
  #floats = new Float32Array();
  #doubles = new Float64Array();

  constructor(calls: Calls, page: Pointer) {
    this.#calls = calls;
    this.#room = calls.malloc(32);
    this.#text = calls.FPDFText_LoadPage(page);
    this.length = calls.FPDFText_CountChars(this.#text);
  }

  close(): void {
    this.#calls.FPDFText_ClosePage(this.#text);
    this.#calls.free(this.#room);
  }

  /** A code point, or half of one above U+FFFF. */
  code(at: number): number {
    return this.#calls.FPDFText_GetUnicode(this.#text, at);
  }

  /** What was written in one go; none for what PDFium has put in between. */
  object(at: number): Pointer {
    return this.#calls.FPDFText_GetTextObject(this.#text, at);
  }

  /** In units of text space. */
  fontSize(at: number): number {
    return this.#calls.FPDFText_GetFontSize(this.#text, at);
  }

  origin(at: number): Point {
    this.#calls.FPDFText_GetCharOrigin(this.#text, at, this.#room, this.#room + 8);
    this.#look();
    return [this.#doubles[0]!, this.#doubles[1]!];
  }

  /** By what the font says of its characters. */
  looseBox(at: number): CharacterBox {
    this.#calls.FPDFText_GetLooseCharBox(this.#text, at, this.#room);
    this.#look();
    const [left, top, right, bottom] = this.#floats;
    return { left: left!, right: right!, bottom: bottom!, top: top! };
  }

  /** Of what is drawn. */
  inkedBox(at: number): CharacterBox {
    const room = this.#room;
    this.#calls.FPDFText_GetCharBox(this.#text, at, room, room + 8, room + 16, room + 24);
    this.#look();
    const [left, right, bottom, top] = this.#doubles;
    return { left: left!, right: right!, bottom: bottom!, top: top! };
  }

  /** From text space to the page's own coordinates. */
  matrix(at: number): Matrix {
    this.#calls.FPDFText_GetMatrix(this.#text, at, this.#room);
    return this.#matrix();
  }

  /** From text space to the coordinates of what the object is in: the page, or a form. */
  matrixOf(object: Pointer): Matrix {
    this.#calls.FPDFPageObj_GetMatrix(object, this.#room);
    return this.#matrix();
  }

  /** How far its letters reach up and down, as parts of its size, for what the font says. */
  reachOf(object: Pointer): { ascent: number; descent: number } {
    const font = this.#calls.FPDFTextObj_GetFont(object);
    this.#calls.FPDFFont_GetAscent(font, 1, this.#room);
    this.#calls.FPDFFont_GetDescent(font, 1, this.#room + 4);
    this.#look();
    const [ascent, descent] = this.#floats;
    return { ascent: ascent!, descent: descent! };
  }

  #matrix(): Matrix {
    this.#look();
    const [a, b, c, d, e, f] = this.#floats;
    return [a!, b!, c!, d!, e!, f!];
  }

  /** PDFium's memory may have grown since, and moved. */
  #look(): void {
    const { buffer } = this.#calls.memory;
    if (this.#floats.buffer === buffer) return;
    this.#floats = new Float32Array(buffer, this.#room, 8);
    this.#doubles = new Float64Array(buffer, this.#room, 4);
  }
}
