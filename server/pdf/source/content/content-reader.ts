import type { PDFName } from 'pdf-lib';
import { readName } from '../names.ts';
import { endOfImageData } from './inline-image.ts';
import { Lexer } from './lexer.ts';
import { operatorAt } from './operators.ts';

/** Of an operation, the last ones: no operator takes more, and garbage may have any number. */
const mostOperands = 64;

/**
 * Walks over the operations of a content stream (ISO 32000-1, 7.8.2) without building any of them:
 * `while (reader.next()) if (reader.operator === 'Do') draw(reader.name())`.
 *
 * It reads on whatever comes, as viewers do; {@link sound} tells whether all of it made sense. Operands are counted
 * from the last one backwards: so viewers take them where there are too many.
 */
export class ContentReader {
  /** The present operation's. An inline image is one operation, `BI`, with the entries of its dictionary as operands. */
  operator = '';
  /** Offset of the operation: of its first operand, or of the operator where it has none. */
  start = 0;
  /** Offset behind the operation. */
  end = 0;
  /** How many operands the present operation has. */
  operands = 0;
  /**
   * False once something made no sense: an unknown operator (outside of `BX … EX`), an unclosed string, array or
   * image, garbage between them. What is told of operations from there on is a guess.
   */
  sound = true;
  readonly #lexer: Lexer;
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  /** Of `BX … EX`, in which unknown operators are welcome. */
  #compatible = 0;

  constructor(bytes: Uint8Array) {
    this.#lexer = new Lexer(bytes);
  }

  /**
   * Goes to the next operation; false where there is none. Then `operands` are those that are left over: content may
   * be cut into streams between any two tokens.
   */
  next(): boolean {
    const lexer = this.#lexer;
    this.start = -1;
    this.operands = 0;
    let inImage = false;
    for (;;) {
      const token = lexer.next();
      if (this.start < 0) this.start = lexer.start;
      this.end = lexer.end;
      if (token === 'end') break;
      if (token === 'operand') this.#push(lexer.start);
      else if (token === 'open') this.#readNested(lexer.start);
      else if (token !== 'word') this.sound = false;
      else {
        this.#enter(operatorAt(lexer.bytes, lexer.start, lexer.end));
        if (this.operator === 'BI' && !inImage) {
          inImage = true;
          this.start = lexer.start;
          this.operands = 0;
          continue;
        }
        if (this.operator === 'EI' || inImage !== (this.operator === 'ID')) this.sound = false;
        else if (inImage) this.#passImage();
        return true;
      }
    }
    if (inImage) this.sound = false;
    return false;
  }

  /** An operand as it is written, in latin1; empty where there is none. @param fromLast 0 is the last one */
  written(fromLast = 0): string {
    const at = this.#indexOf(fromLast);
    return at < 0 ? '' : this.#lexer.bytes.toString('latin1', this.#starts[at], this.#ends[at]);
  }

  /** An operand that is a name. @param fromLast 0 is the last one */
  name(fromLast = 0): PDFName | undefined {
    const written = this.written(fromLast);
    return written.startsWith('/') ? readName(written.slice(1)) : undefined;
  }

  /** The last operands, where they are so many numbers. */
  numbers(count: number): number[] | undefined {
    const found: number[] = [];
    for (let fromLast = count - 1; fromLast >= 0; fromLast -= 1) {
      const written = this.written(fromLast);
      found.push(written === '' ? Number.NaN : Number(written));
    }
    return found.some(Number.isNaN) ? undefined : found;
  }

  #indexOf(fromLast: number): number {
    const index = this.operands - 1 - fromLast;
    return index < 0 || fromLast >= mostOperands ? -1 : index % mostOperands;
  }

  #push(start: number): void {
    const at = this.operands % mostOperands;
    this.#starts[at] = start;
    this.#ends[at] = this.#lexer.end;
    this.operands += 1;
  }

  /** An array or dictionary. One that is not closed ends before the next operator. */
  #readNested(start: number): void {
    const lexer = this.#lexer;
    for (let depth = 1; depth > 0;) {
      const before = lexer.end;
      const token = lexer.next();
      if (token === 'open') depth += 1;
      else if (token === 'close') depth -= 1;
      else if (token === 'stray') this.sound = false;
      else if (token === 'end' || token === 'word') {
        this.sound = false;
        lexer.end = before;
        break;
      }
    }
    this.#push(start);
  }

  /** @param known undefined for a word that is none */
  #enter(known: string | undefined): void {
    const { bytes, start, end } = this.#lexer;
    this.operator = known ?? bytes.toString('latin1', start, end);
    if (known === 'BX') this.#compatible += 1;
    else if (known === 'EX') this.#compatible -= 1;
    else if (known === undefined && this.#compatible <= 0) this.sound = false;
  }

  #passImage(): void {
    const lexer = this.#lexer;
    const header = lexer.bytes.toString('latin1', this.start, lexer.start);
    const { end, sure } = endOfImageData(lexer.bytes, lexer.end, header);
    lexer.end = this.end = end;
    if (!sure) this.sound = false;
    this.operator = 'BI';
  }
}
