import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { makePages, type PageParts } from '../helpers/pages-pdf.ts';
import { qpdf, qpdfCheck, qpdfObjects } from '../helpers/pdf.ts';
import { differences, jpegOf, photo } from '../helpers/pictures.ts';
import type { RawPdf } from '../helpers/raw-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

const [width, height] = [300, 200];
const rgb = photo(width, height, 3);
const gray = photo(width, height, 1);
const jpeg = {
  rgb: await jpegOf(rgb, width, 'srgb'),
  gray: await jpegOf(gray, width, 'b-w'),
  cmyk: await jpegOf(rgb, width, 'cmyk'),
};

const packed = '/BitsPerComponent 8 /Filter /FlateDecode';

function addImage(file: RawPdf, entries: string, data: Buffer): number {
  return file.addStream(`/Type /XObject /Subtype /Image /Width ${width} /Height ${height} ${entries}`, data);
}

const addPhoto = (file: RawPdf): number =>
  addImage(file, `/ColorSpace /DeviceRGB ${packed}`, deflateSync(rgb));

/** An image across a page, `points` wide, over a colour that shows through what is not opaque. */
function shown(id: number, points = 450): PageParts {
  const high = (points * height) / width;
  return {
    content: `0.9 0.7 0.2 rg 0 0 300 842 re f q ${points} 0 0 ${high} 50 400 cm /Im Do Q`,
    resources: `/XObject << /Im ${id} 0 R >>`,
  };
}

/** What the images of a file say of themselves. */
async function imagesIn(bytes: Buffer): Promise<Record<string, unknown>[]> {
  const objects = Object.values(await qpdfObjects(bytes));
  return objects.flatMap(({ stream }) => (stream?.dict['/Subtype'] === '/Image' ? [stream.dict] : []));
}

/** PNG's predictor "up". */
function predictUp(data: Buffer, row: number): Buffer {
  const rows = Array.from({ length: data.length / row }, (_, y) => {
    const own = data.subarray(y * row, (y + 1) * row);
    const differences = y === 0 ? own : own.map((value, x) => value - data[(y - 1) * row + x]!);
    return Buffer.concat([Buffer.of(2), differences]);
  });
  return Buffer.concat(rows);
}

const recoded: Record<string, (file: RawPdf) => number> = {
  'JPEG in RGB': (file) =>
    addImage(file, '/BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode', jpeg.rgb),
  'JPEG in gray, inverted': (file) =>
    addImage(file, '/BitsPerComponent 8 /ColorSpace /DeviceGray /Decode [1 0] /Filter /DCTDecode', jpeg.gray),
  'JPEG in hexadecimal': (file) =>
    addImage(
      file,
      '/BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter [/ASCIIHexDecode /DCTDecode]',
      Buffer.from(`${jpeg.rgb.toString('hex')}>`),
    ),
  'RGB packed without loss': addPhoto,
  'RGB not packed': (file) => addImage(file, '/ColorSpace /DeviceRGB /BitsPerComponent 8', rgb),
  'gray, inverted': (file) =>
    addImage(file, `/ColorSpace /DeviceGray /Decode [1 0] ${packed}`, deflateSync(gray)),
  'RGB by differences of rows': (file) =>
    addImage(
      file,
      `/ColorSpace /DeviceRGB ${packed} /DecodeParms << /Predictor 12 /Colors 3 /Columns ${width} >>`,
      deflateSync(predictUp(rgb, 3 * width)),
    ),
  'RGB with a profile': (file) => {
    const profile = file.addStream('/N 3 /Alternate /DeviceRGB', Buffer.alloc(0));
    return addImage(file, `/ColorSpace [/ICCBased ${profile} 0 R] ${packed}`, deflateSync(rgb));
  },
  'RGB with a soft mask': (file) => {
    const mask = addImage(file, `/ColorSpace /DeviceGray ${packed}`, deflateSync(gray));
    return addImage(file, `/ColorSpace /DeviceRGB ${packed} /SMask ${mask} 0 R`, deflateSync(rgb));
  },
};

for (const [what, add] of Object.entries(recoded))
  test(`${what}: smaller by quality, smaller still by resolution, and it looks the same`, async () => {
    const bytes = makePages((file) => [shown(add(file))]);
    const { output: fine, written } = await runSteps(bytes, ['optimize', { imageQuality: 80 }]);
    const { output: coarse } = await runSteps(bytes, ['optimize', { imageQuality: 80, maxDpi: 36 }]);
    for (const output of [fine, coarse]) await qpdfCheck(output);
    assert.ok(fine.length < bytes.length * 0.8 && coarse.length < fine.length * 0.7);
    assert.match(
      written[0]?.notes[0] ?? '',
      /^in\.pdf: \d+(\.\d)? kB → \d+(\.\d)? kB; 1 of 1 image re-encoded$/,
    );
    assert.ok((await differences(bytes, fine))[0]! < 2);
    assert.ok((await differences(bytes, coarse))[0]! < 4);
    const sizes = (await imagesIn(coarse)).map((image) => [image['/Width'], image['/Height']]);
    for (const size of sizes) assert.deepEqual(size, [225, 150]);
    // A mask may not be blurred.
    const filters = (await imagesIn(fine)).map((image) => image['/Filter']);
    assert.deepEqual(filters.map(String).toSorted(), ['/DCTDecode', '/FlateDecode'].slice(0, filters.length));
  });

const leftAlone: Record<string, (file: RawPdf) => number> = {
  'four inks': (file) =>
    addImage(
      file,
      '/BitsPerComponent 8 /ColorSpace /DeviceCMYK /Decode [1 0 1 0 1 0 1 0] /Filter /DCTDecode',
      jpeg.cmyk,
    ),
  'a palette': (file) =>
    addImage(
      file,
      `/ColorSpace [/Indexed /DeviceRGB 255 <${rgb.subarray(0, 768).toString('hex')}>] ${packed}`,
      deflateSync(gray),
    ),
  'black and white': (file) =>
    addImage(
      file,
      '/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /FlateDecode',
      deflateSync(gray.subarray(0, Math.ceil(width / 8) * height)),
    ),
  '16 bits': (file) =>
    addImage(
      file,
      '/ColorSpace /DeviceGray /BitsPerComponent 16 /Filter /FlateDecode',
      deflateSync(Buffer.concat([gray, gray])),
    ),
  'a colour that is seen through': (file) =>
    addImage(file, `/ColorSpace /DeviceRGB /Mask [90 130 0 255 0 255] ${packed}`, deflateSync(rgb)),
  'a stencil': (file) =>
    addImage(
      file,
      '/ImageMask true /BitsPerComponent 1 /Filter /FlateDecode',
      deflateSync(gray.subarray(0, Math.ceil(width / 8) * height)),
    ),
  'colours mixed with a matte': (file) => {
    const mask = addImage(file, `/ColorSpace /DeviceGray /Matte [0 0 0] ${packed}`, deflateSync(gray));
    return addImage(file, `/ColorSpace /DeviceRGB ${packed} /SMask ${mask} 0 R`, deflateSync(rgb));
  },
  'an ink of its own': (file) =>
    addImage(
      file,
      `/ColorSpace [/Separation /Gold /DeviceRGB << /FunctionType 2 /Domain [0 1] /C0 [1 1 1] /C1 [0.8 0.6 0] /N 1 >>] ${packed}`,
      deflateSync(gray),
    ),
  'fewer samples than it says': (file) =>
    addImage(file, `/ColorSpace /DeviceRGB ${packed}`, deflateSync(rgb.subarray(0, 9_000))),
  'a JPEG that breaks off': (file) =>
    addImage(
      file,
      '/BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode',
      jpeg.rgb.subarray(0, jpeg.rgb.length / 2),
    ),
  'a JPEG that is none of what it says': (file) =>
    addImage(file, '/BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode', jpeg.gray),
};

for (const [what, add] of Object.entries(leftAlone))
  test(`${what}: no sample is touched`, async () => {
    const bytes = makePages((file) => [shown(add(file))]);
    const { output, written } = await runSteps(bytes, ['optimize', { imageQuality: 10, maxDpi: 36 }]);
    const [before, after] = await Promise.all(
      [bytes, output].map((file) => qpdf(file, '--check', '/in.pdf')),
    );
    assert.equal(after?.code, before?.code);
    assert.doesNotMatch(written[0]?.notes[0] ?? '', /re-encoded/);
    assert.deepEqual(await differences(bytes, output), [0]);
    for (const image of await imagesIn(output))
      assert.deepEqual([image['/Width'], image['/Height']], [width, height]);
  });

test('an image is scaled to what its largest use needs, and only where that is known of all', async () => {
  const form = (file: RawPdf, image: number, matrix: string): number =>
    file.addStream(
      `/Type /XObject /Subtype /Form /BBox [0 0 1000 1000] /Matrix [${matrix}] /Resources << /XObject << /Im ${image} 0 R >> >>`,
      Buffer.from('q 100 0 0 66.6 0 0 cm /Im Do Q'),
    );
  const cases: [what: string, pages: (file: RawPdf) => PageParts[], wide: number][] = [
    [
      'large on one page, small on another',
      (file) => {
        const id = addPhoto(file);
        return [shown(id, 72), shown(id, 144), shown(id, 36)];
      },
      144,
    ],
    ['turned', (file) => [{ ...shown(addPhoto(file)), content: 'q 0 144 -96 0 300 300 cm /Im Do Q' }], 144],
    ['in a page of larger units', (file) => [{ ...shown(addPhoto(file), 72), more: '/UserUnit 2' }], 144],
    [
      'in a form that is drawn twice its size',
      (file) => {
        const id = form(file, addPhoto(file), '1 0 0 1 0 0');
        const content = '% (cm\n(\\(Do) Tj q 2 0 0 2 0 0 cm q 9 0 0 9 0 0 cm Q /F Do Q';
        return [{ content, resources: `/XObject << /F ${id} 0 R >>` }];
      },
      200,
    ],
    [
      'in a form with a matrix of its own',
      (file) => {
        const id = form(file, addPhoto(file), '1.5 0 0 1.5 0 0');
        return [{ content: '/F Do', resources: `/XObject << /F ${id} 0 R >>` }];
      },
      150,
    ],
    [
      'after an inline image that looks like content',
      (file) => {
        const id = addPhoto(file);
        const inline = 'BI /W 4 /H 4 /BPC 8 /CS /G ID q 9 0 0 9 EI\x01\x02\x03\n EI Q';
        return [{ ...shown(id), content: `q ${inline} q 144 0 0 96 0 0 cm /Im Do Q` }];
      },
      144,
    ],
    [
      'in an annotation as well',
      (file) => {
        const id = addPhoto(file);
        const appearance = form(file, id, '1 0 0 1 0 0');
        const stamp = `<< /Type /Annot /Subtype /Stamp /Rect [0 0 500 500] /F 4 /AP << /N ${appearance} 0 R >> >>`;
        return [{ ...shown(id, 36), more: `/Annots [${stamp}]` }];
      },
      300,
    ],
    [
      'in a pattern as well',
      (file) => {
        const id = addPhoto(file);
        const pattern = file.addStream(
          `/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 500 500] /XStep 500 /YStep 500 /Resources << /XObject << /Im ${id} 0 R >> >>`,
          Buffer.from('500 0 0 500 0 0 cm /Im Do'),
        );
        const page = shown(id, 36);
        return [
          {
            content: `/Pattern cs /P scn 0 0 500 300 re f ${page.content.toString()}`,
            resources: `${page.resources} /Pattern << /P ${pattern} 0 R >>`,
          },
        ];
      },
      300,
    ],
    ...['q 2 0 0 cm /Im Do Q', 'q /Im DoQ'].map((content): (typeof cases)[number] => [
      `on a page that makes no sense: ${content}`,
      (file) => {
        const id = addPhoto(file);
        return [shown(id, 36), { ...shown(id), content }];
      },
      300,
    ]),
  ];
  for (const [what, pages, wide] of cases) {
    const bytes = makePages(pages);
    const { output } = await runSteps(bytes, ['optimize', { imageQuality: 90, maxDpi: 72 }]);
    await qpdfCheck(output);
    const images = await imagesIn(output);
    assert.deepEqual(
      images.map((image) => [image['/Width'], image['/Height']]),
      [[wide, Math.round((wide * 2) / 3)]],
      what,
    );
    for (const difference of await differences(bytes, output)) assert.ok(difference < 4, what);
  }
});

test('without quality JPEG is scaled as JPEG, and all else without loss', async () => {
  const bytes = makePages((file) => [
    shown(addImage(file, '/BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /DCTDecode', jpeg.rgb)),
    shown(addImage(file, `/ColorSpace /DeviceGray ${packed}`, deflateSync(gray))),
  ]);
  const { output } = await runSteps(bytes, ['optimize', { maxDpi: 36 }]);
  await qpdfCheck(output);
  assert.deepEqual(
    (await imagesIn(output)).map((image) => [image['/Filter'], image['/Width']]),
    [
      ['/DCTDecode', 225],
      ['/FlateDecode', 225],
    ],
  );
});
