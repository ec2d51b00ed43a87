import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Origin } from '../../server/pdf/model/document.ts';
import { archiveName, resultNames } from '../../server/pdf/plan/result-names.ts';
import { makePdf } from '../helpers/pdf.ts';
import { random } from '../helpers/random.ts';
import { readZip } from '../helpers/read-zip.ts';
import { runSteps } from '../helpers/run-steps.ts';

type Call = readonly [name: string, options?: Record<string, unknown>];

const pdf = (pages: number, title = 'Chapter') =>
  makePdf({
    pages,
    text: (n) => `page ${n}`,
    outline: Array.from({ length: Math.ceil(pages / 2) }, (_, index) => ({
      title: `${title} ${index + 1}`,
      to: 2 * index + 1,
    })),
  });
const one = { 'Report.pdf': pdf(4) };
const two = { 'a.pdf': pdf(2, 'A'), 'b.pdf': pdf(3, 'B') };

for (const [what, inputs, calls, wanted] of [
  ['one file', one, [['rotate', { degrees: 90 }]], ['Report.pdf']],
  ['some pages of it', one, [['pages', { select: '3,1' }]], ['Report.pdf']],
  ['several files', two, [['merge']], ['a and 1 more.pdf']],
  ['each by itself', two, [['pageNumbers']], ['a.pdf', 'b.pdf']],
  ['parts', one, [['split', { every: 3 }]], ['Report 1-3.pdf', 'Report 4-4.pdf']],
  ['chapters', one, [['split', { bookmarks: true }]], ['Report – Chapter 1.pdf', 'Report – Chapter 2.pdf']],
  [
    'pages of the file where only some were left to divide',
    one,
    [
      ['pages', { select: '2-4' }],
      ['split', { every: 2 }],
    ],
    ['Report 2-3.pdf', 'Report 4-4.pdf'],
  ],
  [
    'parts of what was put in another order',
    one,
    [
      ['pages', { select: '4,2,3,1' }],
      ['split', { every: 2 }],
    ],
    ['Report 1-2.pdf', 'Report 3-4.pdf'],
  ],
  [
    'parts of parts',
    one,
    [
      ['split', { every: 2 }],
      ['split', { every: 1 }],
    ],
    ['Report 1-1.pdf', 'Report 2-2.pdf', 'Report 3-3.pdf', 'Report 4-4.pdf'],
  ],
  [
    'the files that were merged, where it is divided between them',
    two,
    [['merge'], ['pageNumbers'], ['split', { bookmarks: true }]],
    ['a.pdf', 'b.pdf'],
  ],
  [
    'the files that were merged, where it happens to be divided between them',
    two,
    [
      ['merge', { bookmarks: false }],
      ['split', { at: '3,4' }],
    ],
    ['a.pdf', 'b 1-1.pdf', 'b 2-3.pdf'],
  ],
  [
    'parts of several files',
    two,
    [
      ['merge', { bookmarks: false }],
      ['split', { every: 3 }],
    ],
    ['a and 1 more 1-3.pdf', 'b 2-3.pdf'],
  ],
  [
    'a file with an empty page that was put behind it',
    { 'b.pdf': pdf(3), 'a.pdf': pdf(2) },
    [
      ['merge', { evenPages: true }],
      ['split', { bookmarks: true }],
    ],
    ['b.pdf', 'a.pdf'],
  ],
  [
    'documents that were cut and called by a person',
    two,
    [['arrange', { pages: '1:1 2:1 |"My part" 2:2-3 | 1:2' }]],
    ['a and 1 more 1-2.pdf', 'My part.pdf', 'a 2-2.pdf'],
  ],
  ['halves that were put together', one, [['split', { at: '3' }], ['interleave']], ['Report.pdf']],
] as const satisfies [string, Record<string, Buffer>, readonly Call[], string[]][]) {
  test(`results are called after what is in them: ${what}`, async () => {
    const { written } = await runSteps(inputs, ...calls);
    assert.deepEqual(
      written.map(({ name }) => name),
      wanted,
    );
  });

  test(`the same after passes more: ${what}`, async () => {
    // Each has what it works on read anew.
    const through = calls.flatMap((call): Call[] => [call, ['optimize']]);
    const { written } = await runSteps(inputs, ...through);
    assert.deepEqual(
      written.map(({ name }) => name),
      wanted,
    );
  });
}

test('what is no PDF is called after the same, and so are the pictures in an archive', async () => {
  const calls = [['split', { every: 3 }], ['optimize'], ['pageNumbers']] as const;
  const text = await runSteps(one, ...calls, ['extractText', { format: 'MARKDOWN' }]);
  assert.deepEqual(
    text.written.map(({ name }) => name),
    ['Report 1-3.md', 'Report 4-4.md'],
  );
  const { written, outputs } = await runSteps(one, ...calls, ['images', { dpi: 18, format: 'JPEG' }]);
  assert.deepEqual(
    written.map(({ name }) => name),
    ['Report 1-3.zip', 'Report 4-4.zip'],
  );
  assert.deepEqual(
    [...readZip(outputs[0]!).keys()],
    [1, 2, 3].map((n) => `Report 1-3-000${n}.jpg`),
  );
});

const inputs = [{ name: 'Report.pdf', pages: 9 }];
const part = (title: string | undefined, first = 1, last = first): Origin => ({
  runs: [[0, first - 1, last - 1]],
  part: { first, last, title },
});

function names(template: string | undefined, origins: readonly Origin[], more = {}): string[] {
  const naming = { job: 'The job', inputs, date: '2026-01-02T23:59:59.999999Z', template, ...more };
  return resultNames(origins, naming, 'pdf');
}

test('a template has the file, the part, the place among the results, the day and the label', () => {
  const origins = [part('One', 1, 3), part(undefined, 4, 9)];
  const template = '{date} {label} {n}: {name}, {bookmark} ({first} to {last})';
  assert.deepEqual(names(template, origins, { label: 'case/7' }), [
    '2026-01-02 case-7 1- Report, One (1 to 3).pdf',
    '2026-01-02 case-7 2- Report (4 to 9).pdf',
  ]);
});

test('where there is nothing for a placeholder, what leads to it goes as well', () => {
  const untitled = [part(undefined, 2)];
  for (const [template, wanted] of [
    ['{name} – {bookmark}', 'Report'],
    ['{bookmark} – {name}', 'Report'],
    ['{name} ({label})', 'Report'],
    ['{label}-{n}', '1'],
    ['{name}-{label}-{n}', 'Report-1'],
    ['{bookmark}', 'Report 2-2'],
    ['scan.pdf', 'scan'],
  ] as const)
    assert.deepEqual(names(template, untitled), [`${wanted}.pdf`], template);
});

test('no two results have one name, on any file system', () => {
  const titles = ['Ä', 'ä', 'a\u0308', 'STRASSE', 'straße', 'ä (2)', '', ' . '];
  const found = names(
    '{bookmark}',
    titles.map((title) => part(title)),
  );
  assert.deepEqual(found, [
    'Ä.pdf',
    'ä (2).pdf',
    'ä (3).pdf',
    'STRASSE.pdf',
    'straße (2).pdf',
    'ä (2) (2).pdf',
    'Report 1-1.pdf',
    'Report 1-1 (2).pdf',
  ]);
});

for (const [title, wanted] of [
  ['CON', 'CON_'],
  ['nul.tar', 'nul_.tar'],
  ['com¹ .x', 'com¹_ .x'],
  ['Con brio', 'Con brio'],
  ['../../etc/passwd', '-..-etc-passwd'],
  ['C:\\a|b', 'C--a-b'],
  ['Why? "Because" <so> *', "Why 'Because' so"],
  ['line\r\nbreak\ttab', 'line break tab'],
  ['to\u202Egnp.exe\u200B\u0000\uD800', 'tognp.exe'],
  [' .end. . ', 'end'],
  ['第一章 – مقدمة', '第一章 – مقدمة'],
] as const)
  test(`${JSON.stringify(title)} becomes a name for every file system`, () => {
    assert.deepEqual(names('{bookmark}', [part(title)]), [`${wanted}.pdf`]);
    assert.equal(archiveName(`${title}.pdf`), `${wanted}.zip`);
  });

test('a name has 200 bytes at most, its extension and what tells parts apart, and no half character', () => {
  const seed = 20_261_128;
  const chance = random(seed);
  const pieces = ['x', 'ß', '漢', '👨‍👩‍👧‍👦', 'e\u0301\u0302', '🇩🇪', ' ', '.'];
  const texts = Array.from({ length: 300 }, () =>
    Array.from({ length: chance.below(300) }, () => chance.of(pieces)).join(''),
  );
  const origins = texts.map((text, index) => part(index % 2 ? text : undefined, 1 + (index % 9)));
  for (const text of texts) {
    const long = [{ name: `${text}.pdf`, pages: 9 }];
    const found = names(undefined, origins.slice(0, 40), { inputs: long });
    assert.equal(new Set(found.map((name) => name.toLowerCase())).size, found.length, `seed ${seed}`);
    for (const [index, name] of found.entries()) {
      assert.ok(Buffer.byteLength(name) <= 200, name);
      assert.ok(name.isWellFormed() && name.endsWith('.pdf'), name);
      const whole = new Intl.Segmenter().segment(
        `${text}${origins[index]!.part!.title ?? ''}0123456789()-– '.pdf`.normalize('NFC'),
      );
      const characters = new Set([...whole].map(({ segment }) => segment));
      for (const { segment } of new Intl.Segmenter().segment(name))
        assert.ok(characters.has(segment), `${name}: ${segment}`);
      if (index % 2 === 0)
        assert.match(name, new RegExp(`${1 + (index % 9)}-${1 + (index % 9)}( \\(\\d+\\))?\\.pdf$`));
    }
  }
});
