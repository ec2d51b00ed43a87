import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppError, ErrorCode } from '../server/errors.ts';
import { prescan } from '../server/pdf/source/prescan.ts';
import {
  around,
  contentBomb,
  doubleBomb,
  fakeStreams,
  claimedObjects,
  manyObjects,
  objectStreamBomb,
  oddHeaderBomb,
  stream,
} from './helpers/hostile.ts';

function refused(code: ErrorCode, words: RegExp) {
  return (error: AppError) => error.code === code && words.test(error.message);
}

test('A prescan counts the objects of an honest file', () => {
  assert.deepEqual(prescan(around()), { objects: 3 });
  assert.deepEqual(prescan(around(['<< /A (endobj) >>', stream('', Buffer.from('x'))])), { objects: 5 });
});

test('A prescan counts the objects within object streams, but no more than there is room for', () => {
  assert.deepEqual(prescan(claimedObjects(1_000, 8_000)), { objects: 4 + 1_000 });
  assert.deepEqual(prescan(claimedObjects(1_000_000, 8_000)), { objects: 4 + 2_000 });
});

test('What does not begin like a PDF is not one', () => {
  const files = [Buffer.alloc(0), Buffer.from('<html>'), Buffer.concat([Buffer.alloc(65_536), around()])];
  for (const file of files) assert.throws(() => prescan(file), refused('NOT_A_PDF', /not a PDF/));
});

test('Lines of other programs before the header are let pass', () => {
  assert.equal(prescan(Buffer.concat([Buffer.alloc(1_000), around()])).objects, 3);
  assert.equal(prescan(Buffer.concat([Buffer.alloc(65_000), around()])).objects, 3);
});

test('An object or cross-reference stream that unpacks to too much is refused', () => {
  assert.throws(() => prescan(objectStreamBomb(65)), refused('TOO_COMPLEX', /unpacks/));
  assert.throws(() => prescan(objectStreamBomb(65, '/Obj#53tm')), refused('TOO_COMPLEX', /unpacks/));
  assert.throws(() => prescan(doubleBomb(65)), refused('TOO_COMPLEX', /unpacks/));
  assert.throws(() => prescan(oddHeaderBomb(65)), refused('TOO_COMPLEX', /unpacks/));
});

test('Object streams that are fair one by one are refused where they are too much together', () => {
  const bomb = objectStreamBomb(60);
  assert.equal(prescan(Buffer.concat([bomb, bomb])).objects, 10);
  assert.throws(() => prescan(Buffer.concat(Array(5).fill(bomb))), refused('TOO_COMPLEX', /unpacks/));
});

test('Page content may unpack to anything: nothing unpacks it', () => {
  assert.equal(prescan(contentBomb(100)).objects, 4);
});

test('More than 300,000 objects are refused, in the open or claimed', () => {
  assert.throws(() => prescan(manyObjects(300_001)), refused('TOO_COMPLEX', /300,000 objects/));
  assert.throws(() => prescan(claimedObjects(300_001, 2_000_000)), refused('TOO_COMPLEX', /300,000 objects/));
  assert.equal(prescan(manyObjects(299_997)).objects, 300_000);
});

test('Streams without an end are refused where searching for it is quadratic', () => {
  assert.equal(prescan(fakeStreams(100)).objects, 103);
  assert.throws(() => prescan(fakeStreams(20_000)), refused('TOO_COMPLEX', /without an end/));
});

test('Streams whose length stands elsewhere are honest, and so are the words of streams within them', () => {
  const inner = Buffer.from('<< /Length 3 >> stream ... stream '.repeat(20_000));
  const indirect = Array.from({ length: 5_000 }, () => stream('', Buffer.alloc(1_000), '9 0 R'));
  assert.equal(prescan(around([stream('', inner), ...indirect])).objects, 5_004);
});
