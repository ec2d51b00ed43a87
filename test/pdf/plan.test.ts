import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSteps } from '../../server/pdf/parse-steps.ts';
import { pageList } from '../../server/pdf/plan/page-list.ts';
import { checkPlan, plan, type Plan } from '../../server/pdf/plan/plan.ts';
import type { BoundStep } from '../../server/pdf/model/step.ts';
import { bind } from '../../server/pdf/registry.ts';
import { random } from '../helpers/random.ts';
import type { DocumentPlan } from '../../server/pdf/model/document.ts';

function calls(...steps: [name: string, options: Record<string, unknown>][]): BoundStep[] {
  const parsed = parseSteps(steps.map(([name, options]) => ({ name, options })));
  assert.deepEqual(parsed.problems, []);
  return bind(parsed.calls);
}

const pagesOf = (documents: Plan['documents']): string[] =>
  documents.map(({ pages }) => pages.map(({ source, page }) => `${source}:${page}`).join(' '));

test('a page range means the document as it stands at its step', () => {
  const { documents } = plan(
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
  assert.deepEqual(pagesOf(documents), ['1:1 0:1']);
  assert.deepEqual(
    documents[0]!.pages.map(({ tasks }) => tasks),
    [[], [{ step: 3, n: 2, total: 2, document: { name: 'a and 1 more', before: 0, all: 2 } }]],
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
  assert.throws(() => plan(calls(['pageNumbers', { prefix: 'Nº 🔒' }]), [{ name: 'a.pdf', pages: 1 }]), {
    code: 'INVALID_INPUT',
    message: /🔒/,
    field: ['0', 'pageNumbers', 'prefix'],
  });
});

test('results have names of their own, whatever the inputs are called', () => {
  const names = ['a.pdf', 'A.PDF', 'a', 'a (2).pdf', '.pdf'].map((name) => ({ name, pages: 1 }));
  assert.deepEqual(
    plan([], names).documents.map(({ result }) => result.name),
    ['a.pdf', 'A (2).pdf', 'a (3).pdf', 'a (2) (2).pdf', 'document.pdf'],
  );
});

test('twenty thousand results of one name have names of their own in a moment', () => {
  const { documents } = plan(
    [],
    Array.from({ length: 20_000 }, () => ({ name: 'a.pdf', pages: 1 })),
  );
  assert.deepEqual(
    [0, 1, 19_999].map((index) => documents[index]!.result.name),
    ['a.pdf', 'a (2).pdf', 'a (20000).pdf'],
  );
});

test('what is counted before the work is what is there when pages are listed', (t) => {
  const seed = 20_261_128;
  t.diagnostic(`seed ${seed}`);
  const chance = random(seed);
  const ranges = ['1', 'odd', 'even,1', 'last-1', '1,1-last', 'r2,odd,2-1', 'even,odd', '2-last'];
  const options: [string, () => Record<string, unknown>][] = [
    ['merge', () => ({ evenPages: chance.below(2) === 0 })],
    ['interleave', () => ({ reverse: chance.below(2) === 0 })],
    [
      'arrange',
      () => ({ pages: chance.of(['1', '1:even*2 blank', '2:odd>90 1', 'blank(A4) | 1:last-1*2']) }),
    ],
    ['pages', () => ({ [chance.of(['select', 'remove'])]: chance.of(ranges) })],
    ['split', () => ({ every: 1 + chance.below(4) })],
    ['removeBlank', () => ({ pages: chance.of(ranges) })],
    ['split', () => ({ [chance.of(['at', 'ranges'])]: chance.of(ranges) })],
    ['rotate', () => ({ degrees: 90, pages: chance.of(ranges) })],
    ['extractText', () => ({ pages: chance.of(ranges) })],
  ];
  for (let round = 0; round < 2_000; round += 1) {
    let documents = Array.from({ length: 1 + chance.below(3) }, (_, source): DocumentPlan => {
      const pages = Array.from({ length: 1 + chance.below(7) }, (_, page) => ({ source, page, tasks: [] }));
      const { length } = pages;
      return {
        name: 'a.pdf',
        pages: pageList(length, () => pages),
        bookmarkPerSource: false,
        documentTasks: [],
      };
    });
    const history: string[] = [];
    for (let index = 0; index < 4; index += 1) {
      const [name, make] = chance.of(options);
      const [{ step, options: chosen }] = calls([name, make()]) as [BoundStep];
      history.push(`${name} ${JSON.stringify(chosen)}`);
      try {
        documents = step.plan(documents, chosen, index);
      } catch (error) {
        assert.match((error as { code: string }).code, /^INVALID_|^LIMIT_/, history.join());
        break;
      }
      for (const { pages } of documents) assert.equal(pages.list().length, pages.length, history.join());
    }
  }
});

test('a billion pages are checked without listing one', () => {
  const most = 1e9;
  const many = calls(
    ['rotate', { degrees: 90 }],
    ['pages', { remove: '1-1000,r1,2' }],
    ['pageNumbers', { pages: '2-3000' }],
    ['split', { every: 1e6 }],
    ['crop', { left: 10, unit: 'PERCENT' }],
    ['merge', { evenPages: true }],
    ['arrange', { pages: '1:2-100000>90 blank' }],
    ['extractText', {}],
  );
  checkPlan(many, [{ name: 'a.pdf', pages: most }], { maxPages: most, maxJobPages: most });
});

test('what is known only once the documents are is no reason to refuse a job', () => {
  const two = inAll(1, 10);
  for (const options of [{ atBlank: true }, { atText: 'back' }, { bookmarkLevel: 2 }, { maxBytes: 10_000 }])
    checkPlan(calls(['split', options], ['interleave', {}]), two, full);
  checkPlan(calls(['removeBlank', {}], ['pages', { select: '10' }]), two, full);
  assert.throws(() => checkPlan(calls(['removeBlank', {}], ['pages', { select: '11' }]), two, full), {
    code: 'INVALID_RANGE',
    field: ['1', 'pages', 'select'],
  });
  assert.throws(
    () => checkPlan(calls(['split', { every: 5 }], ['merge', {}], ['interleave', {}]), two, full),
    {
      code: 'INVALID_INPUT',
    },
  );
});

const full = { maxPages: 20_000, maxJobPages: 200_000 };
const inAll = (count: number, pages: number) =>
  Array.from({ length: count }, () => ({ name: 'a.pdf', pages }));

for (const [what, sources, asked, field] of [
  [
    'pages of all documents together',
    inAll(10, 10_000),
    ['pages', { select: '1-last,1-last,1' }],
    ['0', 'pages'],
  ],
  ['parts of a split', inAll(2, 20_000), ['split', { every: 30 }], ['0', 'split', 'every']],
  ['parts at pages', inAll(1, 20_000), ['split', { at: '1-last' }], ['0', 'split', 'at']],
  [
    'ranges for each of many documents',
    inAll(500, 400),
    ['rotate', { degrees: 90, pages: '1,'.repeat(400) + '1' }],
    ['0', 'rotate', 'pages'],
  ],
] as const)
  test(`too many are refused before the work: ${what}`, () => {
    const [name, options] = asked;
    assert.throws(() => checkPlan(calls([name, options]), sources, full), {
      code: 'LIMIT_EXCEEDED',
      field: [...field],
      message: /are the most/,
    });
  });

test('steps may go through all pages ten times, and no more', () => {
  const turns = (count: number) =>
    bind(Array.from({ length: count }, () => ({ name: 'rotate', options: { degrees: 90 } })));
  checkPlan(turns(10), inAll(10, 20_000), full);
  checkPlan(turns(50), inAll(1, 20_000), full);
  assert.throws(() => checkPlan(turns(11), inAll(10, 20_000), full), {
    code: 'LIMIT_EXCEEDED',
    field: ['10', 'rotate'],
    message: /2200000 pages; 2000000 are the most/,
  });
});

test('20,000 pages are planned in a moment', () => {
  const steps = calls(['rotate', { degrees: 90 }], ['pageNumbers', {}], ['pages', { select: 'last-1' }]);
  plan(steps, [{ name: 'a.pdf', pages: 20_000 }]);
  const start = performance.now();
  plan(steps, [{ name: 'a.pdf', pages: 20_000 }]);
  assert.ok(performance.now() - start < 500, `${performance.now() - start} ms`);
});
