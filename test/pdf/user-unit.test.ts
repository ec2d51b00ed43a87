import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { userUnits } from '../../server/pdf/source/user-units.ts';
import { makePages } from '../helpers/pages-pdf.ts';
import { qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { differences } from '../helpers/pictures.ts';
import { readZip } from '../helpers/read-zip.ts';
import { runSteps, runStepsWith } from '../helpers/run-steps.ts';

/** Pages of 8.5 by 11 inches with a frame and a word on them, written in units of so many points. */
const letters = (unit: number, more = ''): Buffer =>
  makePages((file) => {
    const font = file.add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
    const at = (...points: number[]): string => points.map((point) => (point / unit).toFixed(9)).join(' ');
    const page = {
      content: `${at(2)} w ${at(72, 72, 468, 648)} re S BT /F1 ${at(36)} Tf ${at(100, 600)} Td (Word) Tj ET`,
      resources: `/Font << /F1 ${font} 0 R >>`,
      box: at(0, 0, 612, 792),
      more: `${unit === 1 ? '' : `/UserUnit ${unit}`} ${more}`,
    };
    return [page, page];
  });

const logo = await sharp({ create: { width: 60, height: 20, channels: 3, background: '#c01010' } })
  .png()
  .toBuffer();

/** Steps whose options are in points. */
const steps = [
  ['stamp', { text: 'DRAFT', position: 'TOP_RIGHT', margin: 50, size: 40, opacity: 1 }],
  ['stamp', { text: 'DRAFT', angle: 30 }],
  ['stamp', { text: 'DRAFT', x: 100, y: 200, size: 30, under: true }],
  ['stamp', { text: 'DRAFT', tile: true, size: 20 }],
  ['pageNumbers', { format: 'page {n}', size: 20, margin: 30 }],
  ['imageStamp', { image: 'logo', width: 200, position: 'BOTTOM_LEFT' }],
  ['imageStamp', { image: 'logo' }],
  ['crop', { left: 100, top: 50, width: 300, height: 400 }],
  ['crop', { left: 10, bottom: 20, unit: 'PERCENT' }],
] as const;

for (const [unit, rotate] of [
  [72, 0],
  [72, 90],
  [0.5, 180],
  [0.5, 270],
] as const)
  test(`a page in units of ${unit} points, turned by ${rotate}°, comes out of each step as one in points`, async () => {
    for (const step of steps) {
      const [inPoints, inUnits] = await Promise.all(
        [1, unit].map(async (points) => {
          const bytes = letters(points, `/Rotate ${rotate}`);
          return (await runStepsWith(new Map([['logo', logo]]), bytes, step)).output;
        }),
      );
      await qpdfCheck(inUnits!);
      const said = await Promise.all([inPoints!, inUnits!].map(sizesOf));
      assert.deepEqual(said[1], said[0], JSON.stringify(step));
      const worst = Math.max(...(await differences(inPoints!, inUnits!, 200)));
      assert.ok(worst < 0.5, `${JSON.stringify(step)}: ${worst}`);
    }
  });

test('images have the pixels of the page as it is seen', async () => {
  const plain = letters(72);
  const { output: packed } = await runSteps(plain, ['optimize']);
  assert.ok(!packed.includes('UserUnit'), 'it is in an object stream');
  for (const bytes of [plain, packed]) {
    const files = readZip((await runSteps(bytes, ['images', { dpi: 72 }])).output);
    for (const { data } of files.values()) {
      const { width, height } = await sharp(data).metadata();
      assert.deepEqual([width, height], [612, 792]);
    }
  }
});

test('the places of words are told in points', async () => {
  const { output } = await runSteps(letters(72), ['extractText', { format: 'JSON' }]);
  const { pages } = JSON.parse(output.toString()) as {
    pages: { width: number; height: number; words: { text: string; box: number[] }[] }[];
  };
  const [{ width, height, words }] = pages as [(typeof pages)[0]];
  assert.deepEqual([width, height], [612, 792]);
  assert.equal(words[0]?.text, 'Word');
  const [left, top, right, bottom] = words[0].box as [number, number, number, number];
  assert.ok(Math.abs(left - 100) < 1 && top > 140 && bottom < 215 && right > 170 && right < 200);
});

test('a blank page is as large as the one before it', async () => {
  const bytes = letters(72);
  const { output } = await runSteps(
    { 'a.pdf': bytes, 'b.pdf': bytes },
    ['pages', { select: '1' }],
    ['merge', { evenPages: true }],
  );
  assert.deepEqual(await sizesOf(output), [
    [612, 792],
    [612, 792],
    [612, 792],
    [612, 792],
  ]);
});

for (const unit of ['0', '-3', '/x', '[]'])
  test(`a UserUnit of ${unit} is none`, async () => {
    const bytes = letters(1, `/UserUnit ${unit}`);
    const { output } = await runSteps(bytes, ['stamp', { text: 'HERE', x: 30, y: 40, size: 12 }]);
    const { items } = (await readPdf(output)).pages[0]!;
    const { x, y } = items.find(({ text }) => text === 'HERE')!;
    assert.ok(Math.abs(x - 30) < 1 && Math.abs(y - 40) < 1, `${x} ${y}`);
  });

async function sizesOf(bytes: Buffer): Promise<number[][]> {
  return (await readPdf(bytes)).pages.map(({ width, height }) => [Math.round(width), Math.round(height)]);
}

test('a unit that only an object stream tells of is found, and none where there is none', async () => {
  const packed = async (unit: number) =>
    (await runSteps(letters(unit), ['metadata', { strip: true }])).output;
  const [inches, points] = [await packed(72), await packed(1)];
  for (const bytes of [inches, points]) {
    assert.ok(bytes.includes('/ObjStm'));
    assert.ok(!bytes.includes('UserUnit'));
  }
  assert.deepEqual(await userUnits(inches, 100), [72, 72]);
  assert.deepEqual(await userUnits(points, 100), []);
});
