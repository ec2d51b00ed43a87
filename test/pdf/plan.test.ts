import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSteps } from '../../server/pdf/parse-steps.ts';
import { plan } from '../../server/pdf/plan.ts';
import type { StepCall } from '../../server/pdf/step.ts';

function calls(...steps: [name: string, options: Record<string, unknown>][]): StepCall[] {
  const parsed = parseSteps(steps.map(([name, options]) => ({ name, options })));
  assert.deepEqual(parsed.problems, []);
  return parsed.calls;
}

const pageList = (documents: ReturnType<typeof plan>): string[] =>
  documents.map(({ pages }) => pages.map(({ source, page }) => `${source}:${page}`).join(' '));

test('a page range means the document as it stands at its step', () => {
  const documents = plan(
    calls(
      ['pages', { remove: '1' }],
      ['merge', {}],
      ['pages', { select: 'last,1' }],
      ['rotate', { degrees: 90, pages: '2' }],
    ),
    [
      { name: 'a.pdf', pages: 3 },
      { name: 'b.pdf', pages: 2 },
    ],
  );
  assert.deepEqual(pageList(documents), ['1:1 0:1']);
  assert.deepEqual(
    documents[0]!.pages.map(({ tasks }) => tasks),
    [[], [{ step: 3, n: 2, total: 2 }]],
  );
});

test('a range outside of the second document names step, option and document', () => {
  const sources = [
    { name: 'a.pdf', pages: 9 },
    { name: 'b.pdf', pages: 2 },
  ];
  assert.throws(() => plan(calls(['merge', {}], ['pages', { select: '12' }]), sources), {
    code: 'INVALID_RANGE',
    field: ['1', 'pages', 'select'],
  });
  assert.throws(() => plan(calls(['rotate', { degrees: 90, pages: '3' }]), sources), {
    code: 'INVALID_RANGE',
    field: ['0', 'rotate', 'pages'],
    message: /^b\.pdf: /,
  });
});

test('a result without pages and a result with too many are refused', () => {
  const sources = [{ name: 'a.pdf', pages: 3 }];
  assert.throws(() => plan(calls(['pages', { remove: '1-3' }]), sources), { code: 'INVALID_RANGE' });
  assert.throws(() => plan(calls(['pages', { select: 'even' }]), [{ name: 'a.pdf', pages: 1 }]), {
    code: 'INVALID_RANGE',
  });
  assert.throws(() => plan(calls(['pages', { select: '1-3,1-3' }]), sources, 5), { code: 'LIMIT_EXCEEDED' });
});

test('a character that the page font does not have is refused by name before the work', () => {
  assert.throws(() => plan(calls(['pageNumbers', { prefix: 'Nº ☃' }]), [{ name: 'a.pdf', pages: 1 }]), {
    code: 'INVALID_INPUT',
    message: /☃/,
    field: ['0', 'pageNumbers', 'prefix'],
  });
});

test('results have names of their own, whatever the inputs are called', () => {
  const names = ['a.pdf', 'A.PDF', 'a', 'a-2.pdf', '.pdf'].map((name) => ({ name, pages: 1 }));
  assert.deepEqual(
    plan([], names).map(({ name }) => name),
    ['a.pdf', 'A-2.pdf', 'a-3.pdf', 'a-2-2.pdf', 'document.pdf'],
  );
});

test('20,000 pages are planned in a moment', () => {
  const steps = calls(['rotate', { degrees: 90 }], ['pageNumbers', {}], ['pages', { select: 'last-1' }]);
  plan(steps, [{ name: 'a.pdf', pages: 20_000 }]);
  const start = performance.now();
  plan(steps, [{ name: 'a.pdf', pages: 20_000 }]);
  assert.ok(performance.now() - start < 500, `${performance.now() - start} ms`);
});
