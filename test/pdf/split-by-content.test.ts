import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSteps } from '../../server/pdf/parse-steps.ts';
import { survey } from '../../server/pdf/edit/assemble/survey.ts';
import { plan } from '../../server/pdf/plan/plan.ts';
import { bind } from '../../server/pdf/registry.ts';
import { loadSource } from '../../server/pdf/source/load.ts';
import { makePdf } from '../helpers/pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

const nested = makePdf({
  pages: 12,
  outline: [
    // Out of order, to one page twice, by name, and to nowhere.
    {
      title: 'Two',
      to: 7,
      children: [
        { title: 'Two, first', to: 7 },
        { title: 'Two, second', to: 'there', children: [{ title: 'deep', to: 11 }] },
      ],
    },
    {
      title: '  One\nand all  ',
      to: 2,
      children: [
        { title: 'One, first', to: 4 },
        { title: 'One, nowhere', to: 'gone' },
      ],
    },
    { title: 'Two again', to: 7 },
    { title: 'Nowhere', to: 'gone', children: [{ title: 'Below nowhere', to: 12 }] },
  ],
  dests: { there: 9 },
});

type PartTold = [pages: string, title?: string];

/** The parts of one document as they are planned: what pages, and what they are called. */
async function parts(bytes: Buffer, options: Record<string, unknown>): Promise<PartTold[]> {
  const { calls, problems } = parseSteps([{ name: 'split', options }]);
  assert.deepEqual(problems, []);
  const source = await loadSource(bytes, () => {});
  const counted = [{ name: 'in.pdf', pages: source.pages.length }];
  const { documents } = plan(bind(calls), counted, 100, survey([source], ['in.pdf']));
  return documents.map(({ part, pages }): PartTold => {
    assert.equal(pages.length, part ? part.last - part.first + 1 : pages.length);
    const where = part ? `${part.first}-${part.last}` : 'all';
    return part?.title === undefined ? [where] : [where, part.title];
  });
}

for (const [options, expected] of [
  [{ bookmarks: true }, [['1-1'], ['2-6', 'One and all'], ['7-12', 'Two']]],
  [{ bookmarkLevel: 1 }, [['1-1'], ['2-6', 'One and all'], ['7-12', 'Two']]],
  [
    { bookmarkLevel: 2 },
    [
      ['1-1'],
      ['2-3', 'One and all'],
      ['4-6', 'One, first'],
      ['7-8', 'Two'],
      ['9-11', 'Two, second'],
      ['12-12', 'Below nowhere'],
    ],
  ],
  [
    { bookmarkLevel: 64 },
    [
      ['1-1'],
      ['2-3', 'One and all'],
      ['4-6', 'One, first'],
      ['7-8', 'Two'],
      ['9-10', 'Two, second'],
      ['11-11', 'deep'],
      ['12-12', 'Below nowhere'],
    ],
  ],
  [{ ranges: '2-4,7-last,3' }, [['2-4'], ['7-12'], ['3-3']]],
] as const)
  test(`parts know what they are: split ${JSON.stringify(options)}`, async () => {
    assert.deepEqual(await parts(nested, options), expected);
  });

test('after a merge the files are the highest level, and their own bookmarks come below it', async () => {
  const inputs = {
    'a.pdf': makePdf({ pages: 3, outline: [{ title: 'A2', to: 2, children: [{ title: 'A3', to: 3 }] }] }),
    'b.pdf': makePdf({ pages: 2, outline: [{ title: 'B1', to: 1 }] }),
  };
  for (const [bookmarkLevel, pages] of [
    [1, [3, 2]],
    [2, [1, 2, 2]],
    [3, [1, 1, 1, 2]],
  ] as const) {
    const { written } = await runSteps(inputs, ['merge'], ['split', { bookmarkLevel }]);
    assert.deepEqual(
      written.map((document) => document.pages),
      pages,
    );
  }
});
