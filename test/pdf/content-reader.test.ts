import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { ContentReader } from '../../server/pdf/source/content/content-reader.ts';
import { noise } from '../helpers/noise.ts';

/** All operations of some content, as `operand operand operator`. */
function read(content: string | Buffer): { operations: string[]; sound: boolean; left: number } {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content, 'latin1');
  const reader = new ContentReader(bytes);
  const operations: string[] = [];
  for (let end = 0; reader.next(); end = reader.end) {
    assert.ok(reader.start >= end && reader.end > reader.start);
    const operands = Array.from({ length: reader.operands }, (_, index) =>
      reader.written(index),
    ).toReversed();
    operations.push([...operands, reader.operator].join(' '));
  }
  return { operations, sound: reader.sound, left: reader.operands };
}

for (const [what, content, ...operations] of [
  ['numbers and names', 'q 1 0 0 -1 .5 +4. cm/Im1 Do\nQ', 'q', '1 0 0 -1 .5 +4. cm', '/Im1 Do', 'Q'],
  [
    'no white space',
    'q/F1 12Tf(a)Tj[(b)-3<63>]TJ/GS0 gs',
    'q',
    '/F1 12 Tf',
    '(a) Tj',
    '[(b)-3<63>] TJ',
    '/GS0 gs',
  ],
  ['a number that runs into its operator', '0g 1 0 0RG', '0 g', '1 0 0 RG'],
  ['parentheses in strings', '(a(b)\\)\\(/X Do) Tj', '(a(b)\\)\\(/X Do) Tj'],
  ['a string that ends in an escaped backslash', '(\\\\) Tj q', '(\\\\) Tj', 'q'],
  ['hexadecimal strings', '<2f582044 6f> Tj', '<2f582044 6f> Tj'],
  ['comments', 'q % (not /X Do\r/Y Do%/Z Do', 'q', '/Y Do'],
  ['dictionaries', '/P<</A[/B<</C(>>)>>]>>BDC EMC', '/P <</A[/B<</C(>>)>>]>> BDC', 'EMC'],
  ['constants', '/P <</A true>> DP null false d', '/P <</A true>> DP', 'null false d'],
  ['NUL as white space', 'q\0Q\0', 'q', 'Q'],
  ['operators with marks', 'f* T* (a) \' 1 2 (b) "', 'f*', 'T*', "(a) '", '1 2 (b) "'],
  ['operators of later versions', 'BX 1 2 xyz /X Do EX q', 'BX', '1 2 xyz', '/X Do', 'EX', 'q'],
  ['an inline image', 'q BI/W 1/CS/C ID \x01\xffEI\x02 EI Q', 'q', '/W 1 /CS /C BI', 'Q'],
  ['samples that read like an operator', 'BI /W 9 ID /X Do EI \x80 EI q', '/W 9 BI', 'q'],
  ['an image in letters', 'BI /F/A85 ID abEI\nxyz EI abc~>EI Q', '/F /A85 BI', 'Q'],
  ['an image at the end', 'BI ID \x80\x81\nEI', 'BI'],
  ['nothing', ' \n % nothing'],
] as const) {
  test(`reads ${what}`, () => {
    const expected = { operations, sound: !what.includes('samples'), left: 0 };
    assert.deepEqual(read(content), expected);
  });
}

for (const [what, content, ...operations] of [
  ['a string without end', 'q (a Q', 'q'],
  ['a hexadecimal string without end', 'q <ab Q', 'q'],
  ['an array without end', '[1 2 q /X Do', '[1 2 q', '/X Do'],
  ['a dictionary without end', '/P <</A 1 BDC EMC', '/P <</A 1 BDC', 'EMC'],
  ['an image without end', 'q BI ID abc /X Do', 'q', 'BI'],
  ['an image without data', 'q BI /W 1 Q', 'q', '/W 1 Q'],
  ['data without an image', 'ID q EI Q', 'ID', 'q', 'EI', 'Q'],
  ['what closes nothing', 'q ] ) > >> } Q', 'q', 'Q'],
  ['unknown operators', 'q abcdefgh Q xy', 'q', 'abcdefgh', 'Q', 'xy'],
  ['unknown operators after a section for them', 'BX EX EX x', 'BX', 'EX', 'EX', 'x'],
] as const) {
  test(`reads past ${what}, and says that it made no sense`, () => {
    assert.deepEqual(read(content), { operations, sound: false, left: read(content).left });
  });
}

test('operands without an operator are left over: content may be cut between two tokens', () => {
  assert.deepEqual(read('q 1 0 /X'), { operations: ['q'], sound: true, left: 3 });
});

test('operands are taken from the last one', () => {
  const reader = new ContentReader(Buffer.from('9 /Im#31 1 2 3 cm 1 2 /P scn -- 2 3 re'));
  assert.ok(reader.next());
  assert.deepEqual(reader.numbers(3), [1, 2, 3]);
  assert.equal(reader.numbers(4), undefined);
  assert.equal(reader.name(3)?.asString(), '/Im1');
  assert.equal(reader.name(), undefined);
  assert.ok(reader.next());
  assert.equal(reader.name()?.asString(), '/P');
  assert.equal(reader.written(9), '');
  assert.ok(reader.next());
  assert.equal(reader.numbers(3), undefined);
});

test('any number of operands takes no room', () => {
  const reader = new ContentReader(Buffer.from(`${'7 '.repeat(1_000_000)} 1 2 m`));
  assert.ok(reader.next());
  assert.equal(reader.operands, 1_000_002);
  assert.deepEqual(reader.numbers(3), [7, 1, 2]);
  assert.equal(reader.written(64), '');
});

test('whatever the bytes, it ends, goes forwards, and does so in no time', () => {
  const seed = randomInt(2 ** 31);
  console.log(`seed ${seed}`);
  const pieces = [
    'q',
    'Q',
    '/X',
    ' Do',
    '(',
    ')',
    '<<',
    '>>',
    '<',
    '>',
    '[',
    ']',
    ' BI ',
    ' ID ',
    ' EI ',
    '%',
    '\n',
    '{',
  ];
  for (let round = 0; round < 300; round += 1) {
    const random = noise(200, seed + round);
    const content = [...random].map((byte) => pieces[byte] ?? pieces[byte % pieces.length]!).join('');
    read(content);
    read(random);
  }
  const start = performance.now();
  for (const piece of ['(', '<', '[', '<<', ' BI ', ' ID ', ' BI ID ', ' EI ', 'EI\x80', '(\\', '[[(', '%'])
    read(piece.repeat(200_000));
  assert.ok(performance.now() - start < 5_000);
});
