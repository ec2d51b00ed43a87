import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePageRanges } from '../../server/pdf/plan/page-ranges.ts';

const cases: [expression: string, pages: number, result: number[]][] = [
  ['1-3,7,9-last', 10, [0, 1, 2, 6, 8, 9]],
  ['4-1', 5, [3, 2, 1, 0]],
  ['r1,r2', 5, [4, 3]],
  ['r2-last', 5, [3, 4]],
  ['odd', 5, [0, 2, 4]],
  ['even', 5, [1, 3]],
  ['even', 1, []],
  ['2,2, 2', 3, [1, 1, 1]],
  ['LAST', 3, [2]],
  ['odd,even', 4, [0, 2, 1, 3]],
  ['3-4,odd,2-last', 5, [2, 3, 0, 2, 4, 1, 2, 3, 4]],
  ['even,4-3,7', 9, [1, 3, 5, 7, 3, 2, 6]],
  ['odd,2', 6, [0, 2, 4, 1]],
  ['all', 3, [0, 1, 2]],
  ['2,All', 2, [1, 0, 1]],
];

for (const [expression, pages, result] of cases) {
  test(`“${expression}” of ${pages} pages is [${result.join(' ')}]`, () => {
    const selection = parsePageRanges(expression)(pages);
    assert.deepEqual(selection.list(), result);
    assert.equal(selection.count, result.length);
    const ascending = selection.ascending();
    const once = [...new Set(result)].toSorted((a, b) => a - b);
    assert.deepEqual(ascending.list(), once);
    assert.equal(ascending.count, once.length);
  });
}

for (const expression of [
  '',
  '1,,2',
  '0',
  '6',
  '1-6',
  'r6',
  '-1',
  '1-',
  'x',
  '1.5',
  '１',
  'constructor',
  '1-2-3',
]) {
  test(`“${expression}” of 5 pages is refused in a sentence`, () => {
    assert.throws(() => parsePageRanges(expression)(5), { code: 'INVALID_RANGE', message: /\.$/ });
  });
}

test('a short expression cannot name more pages than memory holds', () => {
  const expression = Array.from({ length: 400 }, () => '1-last').join(',');
  assert.throws(() => parsePageRanges(expression)(20_000), { code: 'INVALID_RANGE' });
});
