import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePdf, qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

/** Pages of 400 by 800, with text near their left top corner as they were made. */
const sheet = (rotate: number, cropBox?: readonly [number, number, number, number]): Buffer =>
  makePdf({
    pages: 3,
    size: [400, 800],
    rotate: () => rotate,
    ...(cropBox ? { cropBox: () => cropBox } : {}),
  });

const sizesOf = async (bytes: Buffer): Promise<number[][]> =>
  (await readPdf(bytes)).pages.map(({ width, height }) => [width, height]);

/** Where the text is on the first page, from its left and its top edge as it is read. */
async function textOf(bytes: Buffer): Promise<[number, number]> {
  const { items, height } = (await readPdf(bytes)).pages[0]!;
  return [Math.round(items[0]!.x), Math.round(height - items[0]!.y)];
}

for (const rotate of [0, 90, 180, 270]) {
  test(`margins are cut off as the page is read, turned by ${rotate}°`, async () => {
    const bytes = sheet(rotate);
    const { output } = await runSteps(bytes, [
      'crop',
      { left: 10, top: 20, right: 30, bottom: 40, pages: '1-2' },
    ]);
    await qpdfCheck(output);
    const [width, height] = (await sizesOf(bytes))[0]!;
    assert.deepEqual(await sizesOf(output), [
      [width! - 40, height! - 60],
      [width! - 40, height! - 60],
      [width, height],
    ]);
    const [x, y] = await textOf(bytes);
    assert.deepEqual(await textOf(output), [x - 10, y - 20]);
  });
}

test('a box by its left top corner and its size, in percent', async () => {
  const bytes = sheet(90);
  const { output } = await runSteps(bytes, [
    'crop',
    { unit: 'PERCENT', left: 50, top: 10, width: 45, height: 200 },
  ]);
  assert.deepEqual((await sizesOf(output))[0], [360, 360]);
  const [x, y] = await textOf(bytes);
  assert.deepEqual(await textOf(output), [x - 400, y - 40]);
});

test('what was cropped before counts, unless it is measured from the sheet', async () => {
  const bytes = sheet(0, [100, 100, 300, 500]);
  const visible = await runSteps(bytes, ['crop', { left: 50 }], ['crop', { right: 50 }]);
  assert.deepEqual((await sizesOf(visible.output))[0], [100, 400]);
  const whole = await runSteps(bytes, ['crop', { from: 'SHEET', left: 50 }]);
  assert.deepEqual((await sizesOf(whole.output))[0], [350, 800]);
});

test('a number goes into the part that is still visible', async () => {
  const { output } = await runSteps(
    sheet(0),
    ['crop', { left: 300, bottom: 700 }],
    ['pageNumbers', { position: 'BOTTOM_LEFT', format: '#{n}' }],
  );
  const { items, width, height } = (await readPdf(output)).pages[0]!;
  assert.deepEqual([width, height], [100, 100]);
  const number = items.find(({ text }) => text === '#1')!;
  assert.deepEqual([Math.round(number.x), Math.round(number.y)], [24, 24]);
});

test('a crop that leaves nothing is refused, and says of which page', async () => {
  await assert.rejects(runSteps(sheet(0), ['crop', { left: 200, right: 198 }]), {
    code: 'INVALID_INPUT',
    message: /page 1\./,
  });
  await assert.rejects(runSteps(sheet(0), ['crop', { top: 900, height: 10 }]), { code: 'INVALID_INPUT' });
  await assert.rejects(runSteps(sheet(0), ['crop', { unit: 'PERCENT', top: 60, bottom: 40 }]), {
    code: 'INVALID_INPUT',
    field: ['0', 'crop', 'top'],
  });
  await assert.rejects(runSteps(sheet(0), ['crop', { right: 1, width: 1 }]), {
    code: 'INVALID_INPUT',
    field: ['0', 'crop', 'width'],
  });
});
