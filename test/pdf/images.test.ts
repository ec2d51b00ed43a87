import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { passFor } from '../../server/pdf/passes/open-pass.ts';
import { makePdf } from '../helpers/pdf.ts';
import { readZip } from '../helpers/read-zip.ts';
import { runPass, runSteps } from '../helpers/run-steps.ts';
import { fixed } from '../helpers/slots.ts';
import { makeTextPdf } from '../helpers/text-pdf.ts';
import { bind } from '../../server/pdf/registry.ts';

async function draw(bytes: Buffer, options: Record<string, unknown> = {}) {
  const { output, written } = await runSteps({ 'Report 1.pdf': bytes }, ['images', options]);
  return { files: readZip(output), document: written[0]! };
}

test('each chosen page becomes an image of its own, named by its number, in an archive dated like the job', async () => {
  const { files, document } = await draw(makePdf({ pages: 12 }), { dpi: 18, pages: '12,2-3' });
  assert.deepEqual(
    [document.name, document.mediaType, document.pages],
    ['Report 1.zip', 'application/zip', null],
  );
  assert.deepEqual([...files.keys()], ['Report 1-0002.png', 'Report 1-0003.png', 'Report 1-0012.png']);
  for (const { date } of files.values()) assert.equal(date, '2026 1 2 3 4 4');
  assert.deepEqual(document.warnings, []);
});

for (const [format, extension] of [
  ['PNG', 'png'],
  ['JPEG', 'jpg'],
  ['WEBP', 'webp'],
] as const)
  test(`${format}: as large as the page at the resolution, turned as it is shown, cropped as it is`, async () => {
    const bytes = makePdf({
      pages: 2,
      rotate: (n) => (n === 2 ? 90 : undefined),
      cropBox: (n) => (n === 2 ? [0, 0, 300, 400] : undefined),
    });
    const { files } = await draw(bytes, { format, dpi: 144 });
    const found = await Promise.all(
      [...files].map(async ([name, { data }]) => {
        const { format: is, width, height, channels } = await sharp(data).metadata();
        return [name, is, width, height, channels];
      }),
    );
    assert.deepEqual(found, [
      [`Report 1-0001.${extension}`, format.toLowerCase(), 1190, 1684, 3],
      [`Report 1-0002.${extension}`, format.toLowerCase(), 800, 600, 3],
    ]);
  });

test('what is on the page is in the image, black on white and where it belongs', async () => {
  const { files } = await draw(makeTextPdf([{ texts: [{ text: 'Ink', x: 300, y: 600, size: 60 }] }]), {
    dpi: 72,
  });
  const { data, info } = await sharp(files.get('Report 1-0001.png')?.data)
    .raw()
    .toBuffer({ resolveWithObject: true });
  let ink = 0;
  for (let i = 0; i < data.length; i += info.channels) {
    const [red, green, blue] = data.subarray(i, i + 3);
    assert.ok(red === green && green === blue, 'letters have no coloured edges');
    if (red! > 128) continue;
    ink += 1;
    const [x, y] = [(i / 3) % info.width, Math.floor(i / 3 / info.width)];
    assert.ok(x >= 295 && x < 420 && y > 842 - 660 && y < 842 - 585, `ink at ${x}, ${y}`);
  }
  assert.ok(ink > 200, `${ink} pixels of ink`);
});

test('form fields are drawn with their values', async () => {
  const [empty, filled] = await Promise.all(
    [undefined, 'filled'].map((value) =>
      draw(makePdf({ pages: 1, fields: [{ name: 'a', pages: [1], ...(value && { value }) }] }), { dpi: 72 }),
    ),
  );
  assert.notDeepEqual(filled?.files, empty?.files);
});

test('quality makes JPEG and WEBP smaller', async () => {
  const bytes = makePdf({ pages: 1 });
  for (const format of ['JPEG', 'WEBP']) {
    const [small, large] = [
      await draw(bytes, { format, quality: 20 }),
      await draw(bytes, { format, quality: 95 }),
    ];
    const size = ({ files }: typeof small): number => [...files.values()][0]!.data.length;
    assert.ok(size(small) < size(large));
  }
});

test('a page that is too large is drawn with as many pixels as may be, and it is said', async () => {
  for (const [size, width, height] of [
    [[5_000, 5_000], 5_000, 5_000],
    [[1e9, 1e9], 5_000, 5_000],
    [[20_000, 10], 16_383, 8],
  ] as const) {
    const { files, document } = await draw(makePdf({ pages: 2, size, text: () => '' }), { dpi: 600 });
    const found = await sharp(files.get('Report 1-0001.png')?.data).metadata();
    assert.deepEqual([found.width, found.height], [width, height]);
    assert.deepEqual(document.warnings, [
      'Report 1.pdf: Pages 1-2 are too large for 600 dpi; they were drawn with 25 megapixels at most.',
    ]);
  }
});

test('the archive is the same however the pages are cut into ranges, over several documents too', async () => {
  const sources = [
    { name: 'a.pdf', bytes: makePdf({ pages: 3 }) },
    { name: 'b.pdf', bytes: makePdf({ pages: 2, rotate: () => 90 }) },
  ];
  for (const format of ['PNG', 'JPEG', 'WEBP']) {
    const calls = bind([{ name: 'images', options: { format, dpi: 36, quality: 85 } }]);
    const open = await passFor(calls);
    const cuts = [
      [[0, 5]],
      [
        [0, 1],
        [1, 4],
        [4, 5],
      ],
    ] as [number, number][][];
    const [one, other] = await Promise.all(
      cuts.map(async (ranges) =>
        runPass(
          await open({ sources, assets: new Map(), calls, fixed, maxPages: 100 }, () => {}),
          sources,
          ranges,
        ),
      ),
    );
    assert.deepEqual(
      one?.written.map(({ name }) => name),
      ['a.zip', 'b.zip'],
    );
    assert.deepEqual(one, other);
  }
});
