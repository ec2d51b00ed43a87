import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutRanges } from '../../server/jobs/cut-ranges.ts';

for (const [pages, msPerPage, count] of [
  [1, 0.01, 1],
  [99, 0.01, 1],
  [100, 0.01, 2],
  [400, 0.01, 8],
  [20_000, 0.01, 8],
  [100, 25, 10],
  [3, 10_000, 3],
  [20_000, 100, 200],
] as const) {
  test(`${pages} pages of ${msPerPage} ms make ${count} ranges without gap or overlap`, () => {
    const ranges = cutRanges(pages, msPerPage);
    assert.equal(ranges.length, count);
    assert.equal(ranges[0]![0], 0);
    assert.equal(ranges.at(-1)![1], pages);
    for (const [index, [first, last]] of ranges.entries()) {
      assert.ok(first < last);
      if (index > 0) assert.equal(first, ranges[index - 1]![1]);
    }
  });
}
