import assert from 'node:assert/strict';
import { test } from 'node:test';
import { most } from '../../server/bounds.ts';
import { arranged, shown } from '../helpers/arranged.ts';

const A4 = '[595x842]';
const texts: [text: string, leaves: object[], wanted: string[]][] = [
  [
    '1:1-3 2:5>90 blank(A4) 1:7-last',
    [
      { file: 1, pages: '1-3' },
      { file: 2, pages: '5', turn: 90 },
      { blank: { size: 'A4' } },
      { file: 1, pages: '7-last' },
    ],
    [`1:1 1:2 1:3 2:5>90 ${A4} 1:7 1:8 1:9`],
  ],
  ['2:3-1', [{ file: 2, pages: '3-1' }], ['2:3 2:2 2:1']],
  ['1:odd,r2', [{ file: 1, pages: 'odd,r2' }], ['1:1 1:3 1:5 1:7 1:9 1:8']],
  ['2', [{ file: 2 }], ['2:1 2:2 2:3 2:4 2:5']],
  ['2:ALL,1', [{ file: 2, pages: 'ALL,1' }], ['2:1 2:2 2:3 2:4 2:5 2:1']],
  [
    '1:4*2 1:1-2>180*2',
    [
      { file: 1, pages: '4', times: 2 },
      { file: 1, pages: '1-2', turn: 180, times: 2 },
    ],
    ['1:4 1:4 1:1>180 1:2>180 1:1>180 1:2>180'],
  ],
  [
    'blank(Letter) blank( 300 x 200.4 )*2 BLANK(210x297mm)>270',
    [
      { blank: { size: 'Letter' } },
      { blank: { size: '300x200.4' }, times: 2 },
      { blank: { size: 'A4' }, turn: 270 },
    ],
    [`[612x792] [300x200] [300x200] ${A4}>270`],
  ],
  ['blank 1:1 blank', [{ blank: {} }, { file: 1, pages: '1' }, { blank: {} }], ['[] 1:1 []']],
  [
    '1:1|2:1 | blank(A4)',
    [{ file: 1, pages: '1' }, { cut: {} }, { file: 2, pages: '1' }, { cut: {} }, { blank: { size: 'A4' } }],
    ['1:1', '2:1', A4],
  ],
  [
    '|"Say ""a"" | b" 1:1 | "Two" 2:2-1',
    [
      { cut: { name: 'Say "a" | b' } },
      { file: 1, pages: '1' },
      { cut: { name: 'Two' } },
      { file: 2, pages: '2-1' },
    ],
    ['1:1', '2:2 2:1'],
  ],
];

for (const [text, leaves, wanted] of texts)
  test(`the same leaves come of the text as of the list: ${text}`, () => {
    const documents = arranged({ pages: text });
    assert.deepEqual(
      documents.map(({ pages }) => pages.map(shown).join(' ')),
      wanted,
    );
    assert.deepEqual(arranged({ leaves }), documents);
  });

test('a document that is cut off knows what it is a part of, and its name', () => {
  const partsOf = (pages: string) =>
    arranged({ pages }).map(({ result, part }) => [result.name, part && [part.first, part.last, part.name]]);
  assert.deepEqual(partsOf('1:1-3 2:1'), [['a and 1 more.pdf', undefined]]);
  assert.deepEqual(partsOf('|"All" 2:1-3'), [['All.pdf', [1, 3, 'All']]]);
  assert.deepEqual(partsOf('1:1-3 | blank 2*2 |"End" 1:9'), [
    ['a 1-3.pdf', [1, 3, undefined]],
    ['b.pdf', [4, 14, undefined]],
    ['End.pdf', [15, 15, 'End']],
  ]);
});

const faults: [pages: string, code: string, message: string][] = [
  [
    '1:1 2:6',
    'INVALID_RANGE',
    'At character 5, “2:6”: b.pdf: There is no page 6: the document has 5 pages at this step.',
  ],
  ['1:1-3  3', 'INVALID_RANGE', 'At character 8, “3”: There is no file 3: there are 2 at this step.'],
  ['0:1', 'INVALID_INPUT', 'At character 1, “0:1”: “File” must be at least 1.'],
  [
    '1:x',
    'INVALID_RANGE',
    'At character 1, “1:x”: a.pdf: “x” is not a page range. Write it like 1-3,7,9-last.',
  ],
  ['1:1>45', 'INVALID_INPUT', 'At character 1, “1:1>45”: “Turn” must be at least 90.'],
  ['1:1>100', 'INVALID_INPUT', 'At character 1, “1:1>100”: “Turn” must be a multiple of 90.'],
  ['1:1*20001', 'INVALID_INPUT', 'At character 1, “1:1*20001”: “Times” must be at most 20000.'],
  [
    '1 blank(A9)',
    'INVALID_INPUT',
    'At character 3, “blank(A9)”: “A9” is not the size of a page. Write it like A4, Letter, 210x297mm, or 595x842 in points.',
  ],
  [
    'blank(2x900)',
    'INVALID_INPUT',
    'At character 1, “blank(2x900)”: “2x900” is not the size of a page. Write it like A4, Letter, 210x297mm, or 595x842 in points.',
  ],
  ['1 | | 2', 'INVALID_INPUT', 'At character 3, “|”: The document that begins here has no pages.'],
  ['1 |"End"', 'INVALID_INPUT', 'At character 3, “|"End"”: The document that begins here has no pages.'],
  [' ', 'INVALID_INPUT', 'Name at least one leaf, as 1:1-3 or blank(A4).'],
  [
    '1:1 '.repeat(20_001),
    'LIMIT_EXCEEDED',
    'At character 80001, “1:1”: This is one more than the 20000 that there may be.',
  ],
  [
    '|1:1'.repeat(1_001),
    'LIMIT_EXCEEDED',
    'At character 4001, “|”: This would make 1001 documents; 1000 are the most.',
  ],
  [
    `|"${'x'.repeat(201)}" 1`,
    'INVALID_INPUT',
    `At character 1, “|"${'x'.repeat(37)}…”: “Name” is longer than 200 characters.`,
  ],
  ['1 \n2', 'INVALID_INPUT', '“Leaves” contains a control character.'],
];

for (const [pages, code, message] of faults)
  test(`what is wrong is told with its place: ${pages.slice(0, 20)}`, () => {
    assert.throws(() => arranged({ pages }), { code, message, field: ['0', 'arrange', 'pages'] });
  });

const grammar =
  /Write pages like 1:1-3,7 or 1:5>90\*2, an empty page like blank\(A4\), a new document like \|"Its name"\.$/;
for (const pages of [
  'x',
  '1:1*2>90',
  '1;2',
  'blank(A4',
  '|"a 1',
  '-1:2',
  '1:1>',
  'blank()x',
  '１:1',
  '__proto__',
  '>'.repeat(9),
])
  test(`what is no leaf is refused with all that one can be: ${pages}`, () => {
    assert.throws(() => arranged({ pages }), { code: 'INVALID_INPUT', message: grammar });
  });

const faultsOfList: [leaf: object, field: string[], message: RegExp][] = [
  [{ file: 3 }, [], /no file 3/],
  [{ file: 1, pages: '10' }, ['pages'], /a\.pdf: There is no page 10/],
  [{ file: 1, blank: {} }, [], /exactly one of file, blank, cut/],
  [{}, [], /exactly one of file, blank, cut/],
  [{ pages: '1' }, [], /exactly one of file, blank, cut/],
  [{ blank: {}, pages: '1' }, ['pages'], /“pages” does not go with “blank”/],
  [{ cut: {}, turn: 90 }, ['turn'], /“turn” does not go with “cut”/],
  [{ blank: { size: 'B9' } }, ['blank', 'size'], /“B9” is not the size/],
  [{ blank: { size: 7 } }, ['blank', 'size'], /must be text/],
  [{ file: 1, turn: 45 }, ['turn'], /at least 90/],
  [{ file: 1, twice: true }, ['twice'], /no option “twice”/],
];
for (const [leaf, field, message] of faultsOfList)
  test(`the path to what is wrong goes down into the list: ${JSON.stringify(leaf)}`, () => {
    const deeper = field.length === 0 && 'file' in leaf && !('blank' in leaf) ? ['file'] : field;
    assert.throws(() => arranged({ leaves: [{ file: 1 }, leaf] }), {
      code: /^INVALID_/,
      field: ['0', 'arrange', 'leaves', '1', ...deeper],
      message,
    });
  });

test('too many pages are refused by their count', () => {
  assert.throws(() => arranged({ pages: '1:1-last*20000' }), {
    code: 'LIMIT_EXCEEDED',
    message: 'a.pdf would have 180,000 pages after this step; 20,000 are the most.',
  });
});

test('what is too much is refused by its count alone, and no text takes long to be refused', () => {
  const fill = (word: string) => word.repeat(most.leavesText / word.length);
  const hostile = [
    '1:1-last*20000',
    fill('1 '),
    fill('|'),
    fill('|1'),
    fill('|"'),
    fill('"'),
    fill('blank('),
    fill(' '),
    fill('| '),
    fill('>'),
    fill('9'),
    `1:${fill('-').slice(2)}`,
    `blank(${fill(' ').slice(6)}`,
    `1:${fill('1,').slice(2)}1`,
    `1:1${fill('*2').slice(4)}`,
    fill('1:1-last*9 '),
  ];
  for (const pages of hostile) {
    const start = performance.now();
    assert.throws(() => arranged({ pages }, [{ name: 'a.pdf', pages: 20_000 }]), {
      code: /^INVALID_|^LIMIT_/,
    });
    const took = performance.now() - start;
    assert.ok(took < 1_500, `${pages.slice(0, 20)}: ${took} ms`);
  }
});

test('what names no page may be repeated at no cost', () => {
  const pages = `1 ${'1:even*20000 '.repeat(19_000)}`;
  const start = performance.now();
  assert.equal(arranged({ pages }, [{ name: 'a.pdf', pages: 1 }])[0]!.pages.length, 1);
  assert.ok(performance.now() - start < 3_000);
});
