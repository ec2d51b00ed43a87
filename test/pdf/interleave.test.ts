import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSteps } from '../../server/pdf/parse-steps.ts';
import { plan } from '../../server/pdf/plan/plan.ts';
import { makePdf, qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';
import { bind } from '../../server/pdf/registry.ts';

const inputs = {
  'fronts.pdf': makePdf({ pages: 3, text: (n) => `f${n}`, links: () => [3] }),
  'backs.pdf': makePdf({ pages: 2, text: (n) => `b${n}`, outline: [{ title: 'Back', to: 2 }] }),
};

for (const [options, wanted] of [
  [{}, ['f1', 'b1', 'f2', 'b2', 'f3']],
  [{ reverse: true }, ['f1', 'b2', 'f2', 'b1', 'f3']],
] as const)
  test(`two documents, page by page, with links and bookmarks: ${JSON.stringify(options)}`, async () => {
    const { output, written, losses } = await runSteps(inputs, ['interleave', options], ['pageNumbers']);
    await qpdfCheck(output);
    const { pages, outline } = await readPdf(output);
    assert.deepEqual(
      pages.map(({ text }) => text),
      wanted.map((text, index) => `${text} ${index + 1}`),
    );
    assert.deepEqual(
      pages.flatMap(({ links }) => links),
      [5, 5, 5],
    );
    assert.deepEqual(
      outline.map(({ title, page }) => [title, page]),
      [['Back', wanted.indexOf('b2') + 1]],
    );
    assert.deepEqual([written[0]?.name, losses], ['fronts and 1 more.pdf', []]);
  });

test('one document, or three, cannot be interleaved', () => {
  const { calls } = parseSteps([{ name: 'interleave', options: {} }]);
  for (const count of [1, 3]) {
    const sources = Array.from({ length: count }, (_, index) => ({ name: `${index}.pdf`, pages: 2 }));
    assert.throws(() => plan(bind(calls), sources), { code: 'INVALID_INPUT', field: ['0', 'interleave'] });
  }
});
