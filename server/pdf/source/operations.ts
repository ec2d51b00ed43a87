/** What of a page's content decides where images are drawn (ISO 32000-1, 8.4.4, 8.8). */
export type Operation =
  | { operator: 'q' }
  | { operator: 'Q' }
  /** The matrix comes before the present one. */
  | { operator: 'cm'; matrix: Matrix }
  /** Draws what the resources call so; as written, after the slash. */
  | { operator: 'Do'; name: string };

export type Matrix = readonly [number, number, number, number, number, number];

/**
 * A comment; a name; a number; a word or the delimiters that group; or the beginning of a string, or of a hexadecimal
 * one (which `<<` is not).
 */
const token =
  /[\0\t\n\f\r ]*(?:%[^\r\n]*|\/([^\0\t\n\f\r ()<>[\]{}/%]*)|([-+]?(?:\d+\.?\d*|\.\d+))(?=[\0\t\n\f\r ()<>[\]{}/%]|$)|([^\0\t\n\f\r ()<>[\]{}/%]+)|(\()|<(?!<)[^>]*>?|<<|>>|[)>[\]{}])/y;
const inlineEnd = /[\0\t\n\f\r ]EI(?=[\0\t\n\f\r ]|$)/g;

/** The operations in some content, none where it draws nothing. Undefined where it makes no sense. @param content as latin1 */
export function readOperations(content: string): Operation[] | undefined {
  const found: Operation[] = [];
  if (!/\bDo\b/.test(content)) return found;
  let numbers: number[] = [];
  let name = '';
  token.lastIndex = 0;
  for (let at = 0; at < content.length; at = token.lastIndex) {
    const match = token.exec(content);
    if (!match) break;
    const [, named, number, word, string] = match;
    if (named !== undefined) name = named;
    else if (number !== undefined) numbers.push(Number(number));
    else if (string !== undefined) token.lastIndex = endOfString(content, token.lastIndex);
    else if (word !== undefined) {
      if (word === 'q' || word === 'Q') found.push({ operator: word });
      else if (word === 'cm') {
        const [a, b, c, d, e, f] = numbers;
        if (f === undefined || numbers.length > 6) return undefined;
        found.push({ operator: word, matrix: [a!, b!, c!, d!, e!, f] });
      } else if (word === 'Do') found.push({ operator: word, name });
      else if (word === 'ID') token.lastIndex = endOfInlineImage(content, token.lastIndex);
      numbers = [];
    }
  }
  return found;
}

/** Parentheses in a string nest, unless they are escaped. @param at after the first one */
function endOfString(content: string, at: number): number {
  for (let depth = 1; at < content.length; at += 1) {
    const character = content[at];
    if (character === '\\') at += 1;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return content.length;
}

/** `EI` may also be in the data; then what follows is no text. */
function endOfInlineImage(content: string, at: number): number {
  inlineEnd.lastIndex = at;
  for (let match = inlineEnd.exec(content); match; match = inlineEnd.exec(content)) {
    const end = inlineEnd.lastIndex;
    if (/^[\t\n\f\r\x20-\x7e]*$/.test(content.slice(end, end + 12))) return end;
  }
  return content.length;
}
