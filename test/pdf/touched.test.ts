import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { steps } from '../../server/pdf/registry.ts';
import { makePdf } from '../helpers/pdf.ts';
import { runStepsWith } from '../helpers/run-steps.ts';

const a = makePdf({ pages: 18, outline: [4, 9].map((to) => ({ title: `Chapter ${to}`, to })) });
const b = makePdf({ pages: 1, rotate: () => 90, cropBox: () => [0, 0, 300, 800] });
const both = { 'a.pdf': a, 'b.pdf': b };
const onlyA = { 'a.pdf': a };
const onlyB = { 'b.pdf': b };
const spaced = { 'a.pdf': makePdf({ pages: 6, text: (n) => (n % 3 === 0 ? '' : `Part ${n}`) }) };
const scan = { 'b.pdf': makePdf({ pages: 1, text: () => '' }) };
const logo = await sharp({ create: { width: 4, height: 2, channels: 3, background: 'red' } })
  .png()
  .toBuffer();

type Call = readonly [name: string, options?: Record<string, unknown>];

/** Steps, what the timeline says of them, and of what they found nothing to do in. */
const cases: [inputs: Record<string, Buffer>, calls: Call[], done: string[], idle?: string[]][] = [
  [onlyA, [['rotate', { degrees: 90, pages: '2' }]], ['1 page turned by 90°']],
  [both, [['rotate', { degrees: 90 }]], ['19 pages turned by 90°']],
  [
    both,
    [['rotate', { degrees: 90, absolute: true }]],
    ['18 pages turned to 90°'],
    ['“Rotate pages” found nothing to do in b.pdf: no page to turn stood otherwise.'],
  ],
  [
    onlyA,
    [['rotate', { degrees: -360 }]],
    [],
    ['“Rotate pages” found nothing to do: pages stand the same after a full turn.'],
  ],
  [
    onlyA,
    [['ocr']],
    [],
    ['“Recognise text” found nothing to do: all pages have text, or none that can be recognised.'],
  ],
  // As the step before has left them.
  [
    onlyA,
    [
      ['rotate', { degrees: 90, pages: '1-3' }],
      ['rotate', { degrees: 90, absolute: true, pages: '2-5' }],
    ],
    ['3 pages turned by 90°', '2 pages turned to 90°'],
  ],
  // What a later step drops was touched all the same.
  [
    onlyA,
    [
      ['rotate', { degrees: 90 }],
      ['pages', { select: '1-3' }],
    ],
    ['18 pages turned by 90°', '3 pages chosen out of 18 pages'],
  ],
  [
    onlyA,
    [
      ['rotate', { degrees: 90, pages: '1' }],
      ['rotate', { degrees: 90, pages: '1' }],
    ],
    ['1 page turned by 90°', '1 page turned by 90°'],
  ],
  [onlyA, [['pages', { remove: '2-last' }]], ['17 of 18 pages removed']],
  [
    both,
    [['pages', { select: '1' }]],
    ['1 page chosen out of 18 pages'],
    ['“Choose pages” found nothing to do in b.pdf: all pages stay, in their order.'],
  ],
  [onlyB, [['pages', { select: '1,1' }]], ['2 pages chosen out of 1 page']],
  [both, [['merge']], ['2 documents merged into one of 19 pages']],
  [both, [['merge', { evenPages: true }]], ['2 documents merged into one of 20 pages, with 1 empty page']],
  [onlyB, [['merge', { evenPages: true }]], ['1 empty page added']],
  [onlyA, [['merge']], [], ['“Merge documents” found nothing to do: there was one document only.']],
  [both, [['interleave']], ['Two documents interleaved into one of 19 pages']],
  [
    both,
    [['arrange', { pages: '2>90 1:3-1 blank | 1:1>180*2' }]],
    ['19 pages of 2 documents arranged into 7 pages of 2 documents, 3 pages turned'],
  ],
  [both, [['arrange', { pages: '2 1' }]], ['19 pages of 2 documents arranged into 19 pages of 1 document']],
  [
    both,
    [['arrange', { pages: '1 | 2:1,1' }]],
    ['19 pages of 2 documents arranged into 20 pages of 2 documents'],
  ],
  // The same pages under another name.
  [
    onlyA,
    [['arrange', { pages: '|"All of it" 1' }]],
    ['18 pages of 1 document arranged into 18 pages of 1 document'],
  ],
  [
    onlyA,
    [['arrange', { pages: '1' }]],
    [],
    ['“Arrange pages” found nothing to do: all pages stay, in their order.'],
  ],
  [
    both,
    [['split', { bookmarks: true }]],
    ['1 document split into 3, with 18 pages in all'],
    [
      '“Split documents” found nothing to do in b.pdf: no bookmark of the highest level begins a further part.',
    ],
  ],
  [
    onlyB,
    [['split', { bookmarks: true }], ['pageNumbers']],
    ['1 page numbered'],
    ['“Split documents” found nothing to do: no bookmark of the highest level begins a further part.'],
  ],
  [
    onlyB,
    [['split', { every: 2 }]],
    [],
    ['“Split documents” found nothing to do: it has no more pages than a part.'],
  ],
  [
    onlyB,
    [['split', { at: '1' }]],
    [],
    ['“Split documents” found nothing to do: no further part begins there.'],
  ],
  [
    onlyB,
    [['split', { maxBytes: 1e6 }]],
    [],
    ['“Split documents” found nothing to do: it is no larger than a part may be.'],
  ],
  [
    { ...spaced, ...onlyB },
    [['split', { atBlank: true }]],
    ['1 document split into 2, with 4 pages in all, and 2 blank pages left out'],
    ['“Split documents” found nothing to do in b.pdf: no page is blank, or all are.'],
  ],
  [spaced, [['split', { atText: 'part 4' }]], ['1 document split into 2, with 6 pages in all']],
  [
    { ...spaced, ...onlyB },
    [['removeBlank']],
    ['2 blank pages removed'],
    ['“Remove blank pages” found nothing to do in b.pdf: no page is blank, or all are.'],
  ],
  [spaced, [['removeBlank', { dryRun: true }]], ['Blank pages found in 1 document; none was removed']],
  [scan, [['removeBlank']], [], ['“Remove blank pages” found nothing to do: no page is blank, or all are.']],
  [onlyA, [['split', { ranges: '1-2,5' }]], ['1 document split into 2, with 3 pages in all']],
  // All of it, and a part of it once more.
  [onlyA, [['split', { ranges: '1-last,5' }]], ['1 document split into 2, with 19 pages in all']],
  [onlyA, [['crop', { left: 10, pages: 'odd' }]], ['9 pages cropped']],
  [
    both,
    [['crop', { from: 'SHEET' }]],
    ['1 page cropped'],
    ['“Crop pages” found nothing to do in a.pdf: no page to crop would look different.'],
  ],
  [onlyB, [['stamp', { text: 'DRAFT' }]], ['1 page stamped “DRAFT”']],
  [
    onlyB,
    [['stamp', { text: 'DRAFT', pages: 'even' }]],
    [],
    ['“Stamp text” found nothing to do: there was no page to stamp.'],
  ],
  [onlyA, [['imageStamp', { image: 'logo', pages: '1-2' }]], ['2 pages stamped with an image']],
  [onlyA, [['pageNumbers', { pages: '2-last' }]], ['17 pages numbered']],
  [both, [['metadata', { title: 'T' }]], ['Metadata of 2 documents set']],
  [onlyA, [['metadata', { strip: true }]], ['Metadata of 1 document removed']],
  [onlyA, [['metadata', { strip: true, title: 'T' }]], ['Metadata of 1 document set, all other removed']],
  [onlyA, [['metadata']], [], ['“Edit metadata” found nothing to do: nothing was given that could be set.']],
  [
    onlyA,
    [['optimize'], ['optimize']],
    ['1 document of 18 pages made smaller'],
    ['“Make smaller” found nothing to do: no way was found to make it smaller.'],
  ],
  [both, [['extractText', { pages: '1' }]], ['Text of 2 pages extracted']],
  [
    { ...onlyA, ...scan },
    [['extractText']],
    ['Text of 18 pages extracted'],
    ['“Extract text” found nothing to do in b.pdf: there was no text on the pages.'],
  ],
  [scan, [['extractText']], [], ['“Extract text” found nothing to do: there was no text on the pages.']],
  [onlyB, [['images', { dpi: 18 }]], ['1 page drawn as an image']],
  [both, [['images', { dpi: 18, pages: '1' }]], ['2 pages drawn as images']],
];

for (const [inputs, calls, done, idle = []] of cases) {
  const names = Object.keys(inputs).join(', ');
  test(`what is said of ${JSON.stringify(calls)} of ${names} is what it did`, async () => {
    const run = await runStepsWith(new Map([['logo', logo]]), inputs, ...calls);
    assert.deepEqual([run.done, run.idle], [done, idle]);
  });
}

test('every step is among them', () => {
  const tried = new Set(cases.flatMap(([, calls]) => calls.map(([name]) => name)));
  assert.deepEqual(
    steps.filter(({ name }) => !tried.has(name)),
    [],
  );
});

test('many documents without anything to do are counted, not listed', async () => {
  const inputs = { ...onlyA, ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`${n}.pdf`, b])) };
  const { idle } = await runStepsWith(new Map(), inputs, ['split', { every: 9 }]);
  assert.deepEqual(idle, [
    '“Split documents” found nothing to do in 1.pdf, 2.pdf, 3.pdf and 2 more: it has no more pages than a part.',
  ]);
});
