/**
 * The pages that an expression such as `1-3,7,9-last` names, zero-based, in its order; undefined where it is none or names
 * pages that are not there. The server's word is final: this is for what is shown while typing.
 */
export function pagesOf(expression: string, pages: number): number[] | undefined {
  const result: number[] = [];
  for (const part of expression.toLowerCase().split(',')) {
    const range = rangeOf(part.trim(), pages);
    if (!range || result.length > most) return undefined;
    for (let page = range.from; ; page += range.step) {
      if (range.step > 0 ? page > range.to : page < range.to) break;
      result.push(page);
    }
  }
  return result;
}

/** Whether it is written as a page range, whatever the document has. */
export function isPageRange(expression: string): boolean {
  return expression
    .split(',')
    .every((part) => /^\s*(odd|even|all|(r?\d+|last)(\s*-\s*(r?\d+|last))?)\s*$/i.test(part));
}

const most = 100_000;

function rangeOf(part: string, pages: number): { from: number; to: number; step: number } | undefined {
  if (part === 'all') return { from: 0, to: pages - 1, step: 1 };
  if (part === 'odd') return { from: 0, to: pages - 1, step: 2 };
  if (part === 'even') return { from: 1, to: pages - 1, step: 2 };
  const [from, to = from] = part.split('-').map((end) => pageOf(end.trim(), pages));
  if (from === undefined || to === undefined) return undefined;
  return { from, to, step: from <= to ? 1 : -1 };
}

function pageOf(text: string, pages: number): number | undefined {
  const match = /^(r?)(\d{1,9})$/.exec(text === 'last' ? 'r1' : text);
  const index = match ? (match[1] ? pages - Number(match[2]) : Number(match[2]) - 1) : -1;
  return index >= 0 && index < pages ? index : undefined;
}
