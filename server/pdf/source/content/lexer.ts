import { isDelimiter, isRegular, isSpace } from '../syntax.ts';

/** `operand`: a number, name, string, `true`, `false` or `null`. `open` and `close`: of an array or dictionary. `stray`: what may not stand here. */
export type Token = 'operand' | 'word' | 'open' | 'close' | 'stray' | 'end';

/** Cuts content into tokens (ISO 32000-1, 7.2 and 7.3) and tells where they are. */
export class Lexer {
  readonly bytes: Buffer;
  /** Offset of the present token. */
  start = 0;
  /** Offset behind it; set it to read on from elsewhere. */
  end = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Goes to the next token. A string without an end is stray, and the last one. */
  next(): Token {
    const { bytes } = this;
    const { length } = bytes;
    let at = this.end;
    while (at < length && (isSpace(bytes[at]) || bytes[at] === percent))
      at = bytes[at] === percent ? this.#endOfLine(at) : at + 1;
    this.start = at;
    if (at >= length) {
      this.end = at;
      return 'end';
    }
    const byte = bytes[at]!;
    // As most viewers do: `0g` is a number and an operator.
    const members = numeric[byte] ? numeric : regular;
    const delimits = isDelimiter(byte);
    at += 1;
    if (!delimits || byte === slash) while (at < length && members[bytes[at]!]) at += 1;
    this.end = at;
    if (delimits) return byte === slash ? 'operand' : this.#delimited(byte);
    return members === numeric || this.#isConstant() ? 'operand' : 'word';
  }

  #delimited(byte: number): Token {
    const { bytes } = this;
    const isDouble = bytes[this.end] === byte;
    if (byte === openParenthesis) return this.#closedAt(endOfString(bytes, this.end));
    if (byte === less && !isDouble) return this.#closedAt(bytes.indexOf(greater, this.end) + 1);
    if (byte === openBracket) return 'open';
    if (byte === closeBracket) return 'close';
    if (!isDouble || (byte !== less && byte !== greater)) return 'stray';
    this.end += 1;
    return byte === less ? 'open' : 'close';
  }

  #isConstant(): boolean {
    const length = this.end - this.start;
    return (
      (length === 4 || length === 5) && constant.test(this.bytes.toString('latin1', this.start, this.end))
    );
  }

  /** @param end 0 where there is none */
  #closedAt(end: number): Token {
    this.end = end || this.bytes.length;
    return end ? 'operand' : 'stray';
  }

  #endOfLine(at: number): number {
    const { bytes } = this;
    while (at < bytes.length && bytes[at] !== lineFeed && bytes[at] !== carriageReturn) at += 1;
    return at;
  }
}

/** Parentheses in a string nest, unless they are escaped. @param at behind the first one */
function endOfString(bytes: Buffer, at: number): number {
  for (let depth = 1; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === backslash) at += 1;
    else if (byte === openParenthesis) depth += 1;
    else if (byte === closeParenthesis) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return 0;
}

const constant = /^(?:true|false|null)$/;
/** By byte, what words and names are made of. */
const regular = Uint8Array.from({ length: 256 }, (_, byte) => Number(isRegular(byte)));
/** And what numbers are made of. */
const numeric = new Uint8Array(256);
for (const byte of Buffer.from('0123456789+-.')) numeric[byte] = 1;

const [lineFeed, carriageReturn, percent, slash, backslash] = [0x0a, 0x0d, 0x25, 0x2f, 0x5c] as const;
const [openParenthesis, closeParenthesis, less, greater] = [0x28, 0x29, 0x3c, 0x3e] as const;
const [openBracket, closeBracket] = [0x5b, 0x5d] as const;

/** Whether a token may end before this byte, or at the end of all. */
export function endsToken(byte: number | undefined): boolean {
  return !isRegular(byte);
}
