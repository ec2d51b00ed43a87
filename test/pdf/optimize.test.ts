import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { passFor } from '../../server/pdf/passes/open-pass.ts';
import { noise } from '../helpers/noise.ts';
import { makePages } from '../helpers/pages-pdf.ts';
import { makePdf, plainBytes, qpdf, qpdfCheck, qpdfObjects, readPdf } from '../helpers/pdf.ts';
import { RawPdf } from '../helpers/raw-pdf.ts';
import { differences, photo } from '../helpers/pictures.ts';
import { runPass, runSteps } from '../helpers/run-steps.ts';
import { fixed } from '../helpers/slots.ts';
import { bind } from '../../server/pdf/registry.ts';

/** All that a document can have, in 12 pages that nobody has packed. */
const rich = (): Buffer =>
  makePdf({
    pages: 12,
    text: (n) => `Page ${n} ${'and on it goes '.repeat(20)}`,
    rotate: (n) => (n === 3 ? 90 : undefined),
    links: (n) => [(n % 12) + 1, 'end'],
    uris: () => ['https://example.org/'],
    dests: { end: 12 },
    outline: [{ title: 'One', to: 1, children: [{ title: 'Two', to: 'end' }] }],
    fields: [{ name: 'name', pages: [1, 2], value: 'Zoë' }],
    labels: [{ from: 1, style: 'r' }],
    attachments: [{ name: 'data.txt', text: 'x'.repeat(1_000) }],
    info: { Title: 'A report' },
    xmp: '<x:xmpmeta xmlns:x="adobe:ns:meta/">packet</x:xmpmeta>',
    tagged: true,
    layer: 'Layer',
    thumbnails: true,
    image: Buffer.alloc(5_000, 7),
  });

test('a document gets smaller, keeps all that it has, and looks the same to the last pixel', async () => {
  const bytes = rich();
  const { output, written, warnings } = await runSteps(bytes, ['optimize']);
  await qpdfCheck(output);
  assert.ok(output.length < bytes.length / 2, `${output.length} of ${bytes.length}`);
  assert.deepEqual(await contentsOf(output), await contentsOf(bytes));
  assert.deepEqual(await differences(bytes, output), Array(12).fill(0));
  assert.equal(Object.values(await qpdfObjects(output)).filter(isElement).length, 12);
  assert.deepEqual(warnings, []);
  const [document] = written;
  assert.deepEqual([document?.name, document?.pages, document?.way], ['in.pdf', 12, 'full']);
  assert.deepEqual([document?.kept?.links, document?.kept?.bookmarks, document?.kept?.tags], [36, 2, 12]);
  const [before, after] = [bytes, output].map(({ length }) => `${(length / 1_000).toFixed(1)} kB`);
  assert.deepEqual(document?.notes, [`in.pdf: ${before} → ${after}`]);
});

/** What a reader finds, but for the version of the format. */
async function contentsOf(bytes: Buffer) {
  const { info, ...contents } = await readPdf(bytes);
  return { ...contents, title: info.Title };
}

const isElement = ({ value }: { value?: unknown }): boolean =>
  (value as Record<string, unknown> | undefined)?.['/Type'] === '/StructElem';

test('thumbnails, private data and what nothing refers to are gone; XMP packets stay plain', async () => {
  const bytes = makePages((file) => {
    file.add('(nobody wants me)');
    const form = file.addStream(
      '/Type /XObject /Subtype /Form /BBox [0 0 9 9] /LastModified (D:2020) /PieceInfo << /Prog << /Private (secret one) >> >>',
      Buffer.from('0 0 9 9 re f'),
    );
    const thumb = file.addStream(
      '/Width 9 /Height 9 /BitsPerComponent 8 /ColorSpace /DeviceGray',
      Buffer.alloc(81, 'T'),
    );
    const packet = file.addStream(
      '/Type /Metadata /Subtype /XML',
      Buffer.from(`<x:xmpmeta/>${' '.repeat(2_000)}`),
    );
    const more = `/Thumb ${thumb} 0 R /LastModified (D:2020) /PieceInfo << /Prog << /Private (secret two) >> >> /Metadata ${packet} 0 R`;
    return [{ content: '/Thumb Do', resources: `/XObject << /Thumb ${form} 0 R >>`, more }];
  });
  const { output } = await runSteps(bytes, ['optimize']);
  await qpdfCheck(output);
  const plain = await plainBytes(output);
  assert.doesNotMatch(plain, /secret|PieceInfo|LastModified|nobody|TTTT/);
  assert.match(plain, /\/XObject <<\s*\/Thumb/);
  assert.ok(output.includes(`<x:xmpmeta/>${' '.repeat(2_000)}`));
  assert.deepEqual(await differences(bytes, output), [0]);
});

test('what is there many times is kept once: images, their masks, fonts', async () => {
  const grain = noise(4_000, 1);
  const bytes = makePages((file) =>
    Array.from({ length: 10 }, () => {
      const side = '/Type /XObject /Subtype /Image /Width 40 /Height 100 /BitsPerComponent 8';
      const mask = file.addStream(`${side} /ColorSpace /DeviceGray`, grain);
      const image = file.addStream(`${side} /ColorSpace /DeviceGray /SMask ${mask} 0 R`, grain);
      const font = file.add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
      return {
        content: 'q 400 0 0 400 0 0 cm /Im Do Q BT /F 12 Tf (x) Tj ET',
        resources: `/XObject << /Im ${image} 0 R >> /Font << /F ${font} 0 R >>`,
      };
    }),
  );
  const { output } = await runSteps(bytes, ['optimize']);
  await qpdfCheck(output);
  const objects = Object.values(await qpdfObjects(output));
  assert.equal(objects.filter(({ stream }) => stream?.dict['/Subtype'] === '/Image').length, 2);
  assert.ok(output.length < 12_000, `${output.length}`);
  assert.deepEqual(await differences(bytes, output), Array(10).fill(0));
});

test('streams are packed anew, whatever they were packed with', async () => {
  const words = 'q 1 0 0 1 9 9 cm 0 0 99 99 re f Q '.repeat(200);
  const hex = (data: Buffer): Buffer => Buffer.from(`${data.toString('hex')}>`);
  const runs = Buffer.concat(
    (words.match(/[\s\S]{1,128}/g) ?? []).map((run) =>
      Buffer.concat([Buffer.of(run.length - 1), Buffer.from(run)]),
    ),
  );
  const ways: [filter: string, data: Buffer][] = [
    ['', Buffer.from(words)],
    ['/Filter []', Buffer.from(words)],
    ['/Filter /FlateDecode', deflateSync(words, { level: 1 })],
    ['/Filter [/ASCIIHexDecode /FlateDecode]', hex(deflateSync(words, { level: 1 }))],
    ['/Filter [/ASCIIHexDecode] /DecodeParms [null]', hex(Buffer.from(words))],
    ['/Filter /RunLengthDecode', Buffer.concat([runs, Buffer.of(128)])],
  ];
  const bytes = makePages((file) =>
    ways.map(([filter, data]) => {
      const form = file.addStream(`/Type /XObject /Subtype /Form /BBox [0 0 200 200] ${filter}`, data);
      return { content: '/F Do', resources: `/XObject << /F ${form} 0 R >>` };
    }),
  );
  const { output } = await runSteps(bytes, ['optimize']);
  await qpdfCheck(output);
  const best = deflateSync(words, { level: 9, memLevel: 9 }).length;
  const forms = Object.values(await qpdfObjects(output)).flatMap(({ stream }) =>
    stream?.dict['/Subtype'] === '/Form' ? [stream.dict] : [],
  );
  assert.deepEqual(
    forms.map((form) => [form['/Filter'], form['/Length'], form['/DecodeParms']]),
    Array(ways.length).fill(['/FlateDecode', best, undefined]),
  );
  assert.deepEqual(await differences(bytes, output), Array(ways.length).fill(0));
});

test('a file that gets no smaller stays as it is, byte by byte, and it is said', async () => {
  const { output: once } = await runSteps(rich(), ['optimize']);
  const {
    output: twice,
    written,
    idle,
  } = await runSteps(once, ['optimize', { imageQuality: 90, maxDpi: 300 }]);
  assert.deepEqual(twice, once);
  assert.deepEqual(idle, ['“Make smaller” found nothing to do: no way was found to make it smaller.']);
  assert.deepEqual(written[0]?.notes, []);
  assert.equal(written[0]?.way, 'append');
});

test('the result is the same however the pages are cut into ranges, written once or again, over several documents', async () => {
  const picture = deflateSync(photo(120, 80, 3));
  const dict =
    '/Subtype /Image /Width 120 /Height 80 /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode';
  const shared = makePages((file) => {
    const image = file.addStream(dict, picture);
    const resources = `/XObject << /Im ${image} 0 R >>`;
    return [0, 1, 2].map((page) => ({
      content: page > 0 ? '90 0 0 60 9 9 cm /Im Do' : '9 9 9 9 re f',
      resources,
    }));
  });
  const sources = [
    { name: 'a.pdf', bytes: shared },
    { name: 'b.pdf', bytes: rich() },
  ];
  const calls = bind([{ name: 'optimize', options: { imageQuality: 50, maxDpi: 72 } }]);
  const open = await passFor(calls);
  const opened = () => open({ sources, assets: new Map(), calls, fixed, maxPages: 100 }, () => {});
  const whole = await runPass(await opened(), sources, [[0, 15]]);
  const pass = await opened();
  const each = Array.from({ length: 15 }, (_, page) => [page, page + 1] as const);
  assert.deepEqual(await runPass(pass, sources, each), whole);
  assert.deepEqual(
    await runPass(pass, sources, [
      [0, 7],
      [7, 15],
    ]),
    whole,
  );
  // The page that draws it first has the image, not the one that could.
  const sizes = await Promise.all(
    each.slice(0, 3).map(async ([first, last]) => {
      const chunks = await Array.fromAsync(await pass.range(first, last));
      return Buffer.concat(chunks).length;
    }),
  );
  assert.ok(sizes[1]! > 500 && sizes[0] === 0 && sizes[2] === 0, String(sizes));
});

test('in the middle of a pipeline it works on what the steps before it have made', async () => {
  const bytes = rich();
  const { output } = await runSteps(
    bytes,
    ['pageNumbers', { format: '#{n}' }],
    ['optimize'],
    ['rotate', { degrees: 90 }],
  );
  const { output: without } = await runSteps(
    bytes,
    ['pageNumbers', { format: '#{n}' }],
    ['rotate', { degrees: 90 }],
  );
  await qpdfCheck(output);
  assert.ok(output.length < without.length * 0.7);
  assert.deepEqual(await contentsOf(output), await contentsOf(without));
  assert.deepEqual(await differences(without, output), Array(12).fill(0));
});

test('encrypted and damaged files are opened and mended, and get smaller too', async () => {
  const bytes = rich();
  const encrypt = ['--encrypt', '', 'owner', '256', '--', '/in.pdf', '/out.pdf'];
  const { out: encrypted } = await qpdf(bytes, ...encrypt);
  const lost = bytes.toString('latin1').replace(/startxref\n\d+/, 'startxref\n7');
  for (const file of [encrypted!, Buffer.from(lost, 'latin1')]) {
    const { output, warnings } = await runSteps(file, ['optimize']);
    await qpdfCheck(output);
    assert.ok(output.length < file.length);
    assert.deepEqual(await differences(bytes, output), Array(12).fill(0));
    assert.equal(warnings.length, 1);
  }
});

test('pages that are missing or there twice are put in order first', async () => {
  const bytes = rich();
  const kids = /\/Kids \[(\d+) 0 R (\d+) 0 R/.exec(bytes.toString('latin1'))!;
  for (const [second, count] of [
    [' 9999', 11],
    [` ${kids[1]}`, 12],
  ] as const) {
    const broken = bytes
      .toString('latin1')
      .replace(kids[0], `/Kids [${kids[1]} 0 R${second.padStart(1 + kids[2]!.length)} 0 R`);
    const { output } = await runSteps(Buffer.from(broken, 'latin1'), ['optimize']);
    await qpdfCheck(output);
    assert.equal((await readPdf(output)).pages.length, count);
  }
});

test('what gets lost of a document that is put in order first is said', async () => {
  const text = makePdf({ pages: 3, links: () => [2] }).toString('latin1');
  const kids = /\/Kids \[(\d+) 0 R (\d+) 0 R/.exec(text)!;
  const broken = text.replace(kids[0], `/Kids [${kids[1]} 0 R ${'0'.repeat(kids[2]!.length)} 0 R`);
  const { warnings } = await runSteps(Buffer.from(broken, 'latin1'), ['optimize']);
  const lost = 'Links to pages that are not in the result were left out: 2.';
  assert.ok(warnings.includes(lost), warnings.join('\n'));
});

test('a stream that stands in another object, as some programs have it, can still be read', async () => {
  const drawing = '<< /Subtype /Form /BBox [0 0 99 99] /Length 14 >>\nstream\n0 0 99 99 re f\nendstream';
  const stamp = `<< /Subtype /Stamp /Rect [9 9 108 108] /F 4 /AP << /N ${drawing} >> >>`;
  const bytes = makePages((file) => {
    file.add(`(${'nobody wants me '.repeat(100)})`);
    return [{ content: '9 400 99 99 re f', more: `/Annots [${stamp}]` }];
  });
  const { output } = await runSteps(bytes, ['optimize']);
  assert.ok(output.length < bytes.length);
  assert.deepEqual(await differences(bytes, output), [0]);
});

test('PDF/A-1 gets no object streams, and a signature is warned about', async () => {
  const xmp =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></x:xmpmeta>';
  const bytes = makePdf({ pages: 3, xmp, signed: true, text: () => 'word '.repeat(100) });
  const { output, warnings } = await runSteps(bytes, ['optimize']);
  await qpdfCheck(output);
  assert.ok(output.length < bytes.length);
  assert.ok(!output.includes('/ObjStm') && output.includes('trailer'));
  assert.ok(warnings.includes('in.pdf: The digital signature will not be valid for the result.'));
});

test('the size that is written is one above the highest number in use, where the last objects fall away', async () => {
  const xmp =
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="1"/></rdf:RDF></x:xmpmeta>';
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const packet = file.addStream('/Type /Metadata /Subtype /XML', Buffer.from(xmp));
  const page = file.add(`<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 9 9] >>`);
  file.set(tree, `<< /Type /Pages /Count 1 /Kids [${page} 0 R] >>`);
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R /Metadata ${packet} 0 R >>`);
  for (let count = 0; count < 50; count += 1) file.add(`<< /Unused ${count} >>`);
  const { output } = await runSteps(file.finish(root, undefined), ['optimize']);
  assert.match(output.toString('latin1'), /\nxref\n/);
  await qpdfCheck(output);
  assert.match(output.toString('latin1'), new RegExp(`/Size ${page + 1} `));
});
