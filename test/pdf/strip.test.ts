import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { makePdf, plainBytes, qpdfCheck, qpdfObjects, readPdf } from '../helpers/pdf.ts';
import { differences, jpegOf, photo } from '../helpers/pictures.ts';
import { RawPdf } from '../helpers/raw-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

const strip = ['metadata', { strip: true }] as const;
/** Both ways of writing: all anew, and put together from pages. */
const ways = [[strip], [['pages', { select: '2,1' }], strip]] as const;

function segment(marker: number, content: string | Buffer): Buffer {
  const data = Buffer.from(content as string, 'latin1');
  return Buffer.concat([Buffer.of(0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 255), data]);
}

/** A photograph that tells of itself in every place that a camera or an editor has for it. */
async function talkative(space: 'srgb' | 'b-w' | 'cmyk', progressive = false): Promise<Buffer> {
  const pixels = photo(60, 40, space === 'b-w' ? 1 : 3);
  const raw = { width: 60, height: 40, channels: space === 'b-w' ? 1 : 3 } as const;
  const plain = progressive
    ? await sharp(pixels, { raw }).jpeg({ progressive }).toBuffer()
    : await jpegOf(pixels, 60, space);
  return Buffer.concat([
    plain.subarray(0, 2),
    segment(0xe0, 'JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01G01'),
    segment(0xe1, 'Exif\0\0GONE1'),
    segment(0xe1, 'http://ns.adobe.com/xap/1.0/\0<x>GONE2</x>'),
    segment(0xe2, 'MPF\0GONE3'),
    segment(0xe2, 'ICC_PROFILE\0\x01\x01STAYS'),
    segment(0xed, 'Photoshop 3.0\x008BIMGONE4'),
    segment(0xfe, 'GONE5'),
    plain.subarray(plain[3] === 0xe0 ? 4 + plain.readUInt16BE(4) : 2),
    Buffer.from('\xff\xd8GONE6', 'latin1'),
  ]);
}

/** Two pages, each with all of the pictures. */
function picturesPdf(pictures: readonly { dict: string; data: Buffer }[]): Buffer {
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const ids = pictures.map(({ dict, data }) =>
    file.addStream(`/Type /XObject /Subtype /Image /BitsPerComponent 8 ${dict}`, data),
  );
  const names = ids.map((id, index) => `/I${index} ${id} 0 R`).join(' ');
  const drawn = ids.map((_, index) => `q 90 0 0 60 20 ${20 + 70 * index} cm /I${index} Do Q`).join('\n');
  const contents = file.addStream('', Buffer.from(drawn));
  const pages = [1, 2].map(() =>
    file.add(
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 130 ${30 + 70 * ids.length}] /Contents ${contents} 0 R /Resources << /XObject << ${names} >> >> >>`,
    ),
  );
  file.set(tree, `<< /Type /Pages /Count 2 /Kids [${pages.map((id) => `${id} 0 R`).join(' ')}] >>`);
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R >>`);
  return file.finish(root, undefined);
}

async function assertGone(output: Buffer, words: readonly (string | RegExp)[]): Promise<string> {
  await qpdfCheck(output);
  const plain = await plainBytes(output);
  for (const word of words) assert.ok(plain.search(word) < 0, `${word} is gone`);
  return plain;
}

const size = '/Width 60 /Height 40';

test('strip leaves of a JPEG nothing but what draws it, whatever it is packed in', async () => {
  const [rgb, grey, cmyk, late] = [
    await talkative('srgb'),
    await talkative('b-w'),
    await talkative('cmyk'),
    await talkative('srgb', true),
  ];
  const hex = Buffer.from(`${deflateSync(grey).toString('hex')}>`);
  const bytes = picturesPdf([
    { dict: `${size} /ColorSpace /DeviceRGB /Filter /DCTDecode`, data: rgb },
    {
      dict: `${size} /ColorSpace /DeviceGray /Filter [/ASCIIHexDecode /FlateDecode /DCTDecode] /DecodeParms [null null null]`,
      data: hex,
    },
    // sharp writes Adobe's marker, by which readers know that the inks are upside down.
    { dict: `${size} /ColorSpace /DeviceCMYK /Decode [1 0 1 0 1 0 1 0] /Filter [/DCTDecode]`, data: cmyk },
    { dict: `${size} /ColorSpace /DeviceRGB /Filter /DCTDecode`, data: late },
  ]);
  assert.ok(cmyk.includes('Adobe'));
  for (const steps of ways) {
    const { output, written } = await runSteps(bytes, ...steps);
    const plain = await assertGone(output, [/GONE\d/, 'G01', 'Exif', 'Photoshop', 'MPF']);
    assert.equal(plain.split('STAYS').length - 1, 4);
    assert.deepEqual(await differences(bytes, output), [0, 0]);
    assert.deepEqual(written[0]?.notes, ['in.pdf: Names, dates and the like removed from 4 pictures']);
    assert.deepEqual(written[0]?.warnings, []);
  }
});

test('a picture that says nothing of itself stays as it is, and one that cannot be read is named', async () => {
  const silent = await jpegOf(photo(60, 40, 3), 60, 'srgb');
  const torn = Buffer.concat([silent.subarray(0, 2), Buffer.from('\xff\xe1\xff\xffGONE', 'latin1')]);
  const dict = `${size} /ColorSpace /DeviceRGB /Filter /DCTDecode`;
  const { output, written } = await runSteps(
    picturesPdf([
      { dict, data: silent },
      { dict, data: torn },
    ]),
    strip,
  );
  assert.ok(output.includes(silent));
  assert.deepEqual(written[0]?.notes, []);
  assert.deepEqual(written[0]?.warnings, [
    'in.pdf: Metadata may be left in 1 picture that could not be read.',
  ]);
});

/** 16 × 12 pixels with a comment in the codestream. */
const jp2 = Buffer.from(
  'AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAADAAAABAAAwcHAAAAAAAPY29scgEAAAAAABAAAACVanAyY/9P/1EALwAAAAAAEAAAAAwAAAAAAAAAAAAAABAAAAAMAAAAAAAAAAAAAwcBAQcBAQcBAf9SAAwAAAABAAMEBAAB/1wADUBASEhQSEhQSEhQ/2QADwABU0VDUkVUQ09ERVL/kAAKAAAAAAAqAAH/k98AYAlW798AYAaRW98YQAvhx0uAgICAgICAgID/2Q==',
  'base64',
);

test('strip takes XML, UUID boxes and comments out of JPEG 2000', async () => {
  const box = (type: string, content: string): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + content.length);
    return Buffer.concat([head.fill(type, 4), Buffer.from(content)]);
  };
  const boxed = Buffer.concat([
    jp2.subarray(0, 77),
    box('xml ', '<x>GONE1</x>'),
    box('uuid', 'JpgTiffExif->JP2GONE2'),
    jp2.subarray(77),
    box('asoc', 'GONE3'),
  ]);
  const bare = jp2.subarray(jp2.indexOf('jp2c') + 4);
  const dict = '/Width 16 /Height 12 /ColorSpace /DeviceRGB /Filter /JPXDecode';
  assert.ok(jp2.includes('SECRETCODER'));
  const bytes = picturesPdf([
    { dict, data: boxed },
    { dict, data: bare },
  ]);
  const without = picturesPdf([
    { dict, data: Buffer.alloc(9) },
    { dict, data: Buffer.alloc(9) },
  ]);
  assert.ok((await differences(bytes, without))[0]! > 10, 'both are drawn');
  for (const steps of ways) {
    const { output } = await runSteps(bytes, ...steps);
    await assertGone(output, [/GONE\d/, 'SECRETCODER']);
    assert.deepEqual(await differences(bytes, output), [0, 0]);
  }
});

/** Two pages with comments, a field, a layer, an attached file and a signature, all of which tell who and when. */
function commentedPdf(): Buffer {
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const [one, two] = [file.reserve(), file.reserve()];
  const date = 'D:20200102030405Z';
  const popup = file.reserve();
  const drawing = file.addStream(
    `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /PieceInfo << /Gone << /LastModified (${date}) >> >> /LastModified (${date})`,
    Buffer.from('0 0 9 9 re f'),
  );
  const note = file.add(
    `<< /Type /Annot /Subtype /Text /Rect [10 10 30 30] /T (GONE1) /Contents (The words stay) /M (${date}) /CreationDate (${date}) /NM (GONE2) /Popup ${popup} 0 R /AP << /N ${drawing} 0 R >> >>`,
  );
  file.set(
    popup,
    `<< /Type /Annot /Subtype /Popup /Rect [40 10 90 60] /T (GONE3) /M (${date}) /Parent ${note} 0 R >>`,
  );
  const name = `<< /Type /Annot /Subtype /Widget /Rect [0 0 9 9] /FT /Tx /T (fieldname) /V (value stays) /M (${date}) >>`;
  const field = file.add(name);
  const signature = file.add(
    `<< /Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 1 2 3] /Contents <474f4e4534> /Name (GONE5) /M (${date}) /Prop_Build << /App << /Name /GONE6 >> >> >>`,
  );
  const signed = file.add(
    `<< /Type /Annot /Subtype /Widget /Rect [0 0 0 0] /FT /Sig /T (seal) /V ${signature} 0 R >>`,
  );
  const layer = file.add(
    '<< /Type /OCG /Name (Layer) /Usage << /CreatorInfo << /Creator (GONE7) /Subtype /Artwork >> >> >>',
  );
  const attached = file.addStream(
    `/Type /EmbeddedFile /Params << /Size 4 /CreationDate (${date}) /ModDate (${date}) >>`,
    Buffer.from('kept'),
  );
  const packet = file.addStream('/Type /Metadata /Subtype /XML', Buffer.from('<x>GONE8</x>'));
  const page = (id: number, annotations: readonly (number | string)[]): void =>
    file.set(
      id,
      // One annotation stands in the array itself.
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 99 99] /LastModified (${date}) /Metadata ${packet} 0 R /Annots [${annotations.map((at) => (typeof at === 'number' ? `${at} 0 R` : at)).join(' ')}] >>`,
    );
  page(one, [
    note,
    popup,
    `<< /Type /Annot /Subtype /Square /Rect [50 50 60 60] /T (GONE9) /CreationDate (${date}) >>`,
  ]);
  page(two, [field, signed]);
  file.set(tree, `<< /Type /Pages /Count 2 /Kids [${one} 0 R ${two} 0 R] >>`);
  file.set(
    root,
    `<< /Type /Catalog /Pages ${tree} 0 R /AcroForm << /SigFlags 3 /Fields [${field} 0 R ${signed} 0 R] >> ` +
      `/Perms << /DocMDP ${signature} 0 R >> /Names << /EmbeddedFiles << /Names [(a.txt) << /Type /Filespec /F (a.txt) /EF << /F ${attached} 0 R >> >>] >> >> ` +
      `/OCProperties << /OCGs [${layer} 0 R] /D << /Creator (GONEA) /ON [${layer} 0 R] >> >> /SpiderInfo << /V 1 /C [] >> >>`,
  );
  return file.finish(root, undefined);
}

test('strip removes who and when from comments, signatures, layers and attached files, and keeps what they say', async () => {
  const bytes = commentedPdf();
  for (const steps of ways) {
    const { output, written } = await runSteps(bytes, ...steps);
    const plain = await assertGone(output, [
      /GONE./,
      '474f4e45',
      'D:2020',
      '/SpiderInfo',
      '/Perms',
      '/SigFlags',
    ]);
    assert.match(plain, /The words stay/);
    const { fields, attachments } = await readPdf(output);
    assert.deepEqual([...fields.keys()].toSorted(), ['fieldname', 'seal']);
    assert.match(plain, /value stays/);
    assert.deepEqual(attachments, ['a.txt']);
    assert.deepEqual(written[0]?.notes, [
      'in.pdf: Names, dates and the like removed from 3 comments and 1 signature',
    ]);
    const values = Object.values(await qpdfObjects(output)).map(({ value }) => JSON.stringify(value ?? null));
    assert.ok(values.some((value) => value.includes('/Popup') && value.includes('/Text')));
  }
});

const old = { Title: 'EARLIER1', Author: 'EARLIER2', Producer: 'Press' };
const earlierXmp =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">' +
  '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">EARLIER3</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>';

test('what a new title takes the place of is gone from the bytes, and the rest stays', async () => {
  const bytes = makePdf({ pages: 2, info: old, xmp: earlierXmp });
  for (const steps of [[], [['pages', { select: '2,1' }]]] as const) {
    const { output, written } = await runSteps(bytes, ...steps, ['metadata', { title: 'New' }]);
    const plain = await assertGone(output, ['EARLIER1', 'EARLIER3']);
    assert.match(plain, /EARLIER2/);
    assert.deepEqual(written[0]?.warnings, []);
    assert.equal((await readPdf(output)).info.Title, 'New');
  }
});

test('what one step sets and a later one replaces or removes is nowhere in the file', async () => {
  const bytes = makePdf({ pages: 2 });
  for (const steps of [[], [['pages', { select: '2,1' }]]] as const) {
    const replaced = await runSteps(
      bytes,
      ...steps,
      ['metadata', { title: 'EARLIER1' }],
      ['metadata', { title: 'New' }],
    );
    await assertGone(replaced.output, ['EARLIER1']);
    const removed = await runSteps(bytes, ...steps, ['metadata', { title: 'EARLIER1' }], strip);
    await assertGone(removed.output, ['EARLIER1']);
    assert.equal((await readPdf(removed.output)).info.Title, undefined);
  }
});

test('bytes are only added where nothing is replaced, and where a signature needs them, which is said', async () => {
  const fresh = makePdf({ pages: 1, info: { Producer: 'Press' } });
  const added = await runSteps(fresh, ['metadata', { title: 'New' }]);
  assert.deepEqual([added.written[0]?.way, added.written[0]?.warnings], ['append', []]);
  const signed = makePdf({ pages: 1, info: old, signed: true });
  const kept = await runSteps(signed, ['metadata', { title: 'New', author: 'Me', subject: 'That' }]);
  assert.ok(kept.output.subarray(0, signed.length).equals(signed));
  assert.deepEqual(kept.written[0]?.warnings, [
    'in.pdf: The earlier title and author are still in the file, of which nothing was rewritten because it is signed.',
  ]);
});
