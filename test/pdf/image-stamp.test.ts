import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { makePdf, qpdfCheck, qpdfObjects } from '../helpers/pdf.ts';
import { runStepsWith } from '../helpers/run-steps.ts';

const opaque = { r: 200, g: 30, b: 30 };
const solid = (channels: 3 | 4) =>
  sharp({ create: { width: 40, height: 20, channels, background: { ...opaque, alpha: 0.5 } } });

test('an image is drawn in its proportions, once in the file however many pages have it', async () => {
  const image = await solid(3).jpeg().toBuffer();
  const { output, written } = await runStepsWith(new Map([['logo', image]]), makePdf({ pages: 300 }), [
    'imageStamp',
    { image: 'logo', width: 100, position: 'TOP_RIGHT', pages: '2-last' },
  ]);
  await qpdfCheck(output);
  assert.equal(written[0]?.way, 'append');
  const images = await imagesOf(output);
  assert.equal(images.length, 1);
  assert.equal(images[0]?.['/Filter'], '/DCTDecode');
  assert.match(output.toString('latin1'), /gs 100 0 0 50 0 0 cm \/O[0-9a-f]{6}I0 Do/);
});

test('what is transparent stays so, and nothing of the upload gets into the document', async () => {
  const image = await solid(4)
    .withExif({ IFD0: { Copyright: 'secret words' } })
    .png()
    .toBuffer();
  const { output } = await runStepsWith(new Map([['seal', image]]), makePdf({ pages: 1 }), [
    'imageStamp',
    { image: 'seal' },
  ]);
  await qpdfCheck(output);
  const colors = (await imagesOf(output)).map((dict) => [dict['/ColorSpace'], dict['/SMask'] !== undefined]);
  assert.deepEqual(
    colors.toSorted((a, b) => String(a).localeCompare(String(b))),
    [
      ['/DeviceGray', false],
      ['/DeviceRGB', true],
    ],
  );
  assert.ok(!output.includes('secret words'));
});

for (const [what, bytes, code] of [
  ['a truncated PNG', async () => (await solid(4).png().toBuffer()).subarray(0, 60), 'UNSUPPORTED'],
  ['a PNG of 60,000 pixels square', async () => giantPng(), 'TOO_COMPLEX'],
  [
    'a JPEG that ends after its header',
    async () => Buffer.from('ffd8ffe000104a464946', 'hex'),
    'UNSUPPORTED',
  ],
] as const) {
  test(`${what} is refused with a type`, async () => {
    const pictures = new Map([['bad', await bytes()]]);
    const run = runStepsWith(pictures, makePdf({ pages: 1 }), ['imageStamp', { image: 'bad' }]);
    await assert.rejects(run, { code });
  });
}

async function imagesOf(pdf: Buffer): Promise<Record<string, unknown>[]> {
  return Object.values(await qpdfObjects(pdf))
    .flatMap(({ stream }) => (stream ? [stream.dict] : []))
    .filter((dict) => dict['/Subtype'] === '/Image');
}

/** An honest header that claims 3.6 billion pixels. */
async function giantPng(): Promise<Buffer> {
  const small = await solid(4).png().toBuffer();
  small.writeUInt32BE(60_000, 16);
  small.writeUInt32BE(60_000, 20);
  return small;
}
