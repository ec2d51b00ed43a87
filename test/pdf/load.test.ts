import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSource } from '../../server/pdf/source/load.ts';
import { makePdf, plainBytes, qpdf, qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { RawPdf } from '../helpers/raw-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

const load = (file: Buffer | string, maxPages?: number) =>
  loadSource(typeof file === 'string' ? Buffer.from(file, 'latin1') : file, () => {}, maxPages);

test('the facts count what the document has', async () => {
  const bytes = makePdf({
    pages: 4,
    links: (n) => [n, 'end'],
    uris: () => ['https://example.org/'],
    dests: { end: 4, start: 1 },
    outline: [{ title: 'One', to: 1, children: [{ title: 'Two', to: 'end' }] }],
    fields: [
      { name: 'a', pages: [1] },
      { name: 'b', pages: [1, 2] },
    ],
    attachments: [{ name: 'x.txt', text: 'x' }],
    labels: [{ from: 1, style: 'r' }],
    javascript: 'app.alert(1)',
    tagged: true,
    signed: true,
  });
  const { facts } = await load(bytes);
  const { objects, ...counted } = facts;
  assert.ok(objects > 20);
  assert.deepEqual(counted, {
    pages: 4,
    missingPages: 0,
    bytes: bytes.length,
    clean: true,
    encrypted: false,
    linearized: false,
    bookmarks: 2,
    links: 12,
    destinations: 2,
    fields: 3,
    signatures: 1,
    attachments: 1,
    tagged: true,
    tags: 4,
    labels: true,
    scripts: true,
    externalActions: false,
    externalContent: false,
    pdfA: undefined,
  });
});

for (const objectStreams of [false, true]) {
  test(`${objectStreams ? 'object streams' : 'a table'}: loading reports often, never falls and ends at the whole`, async () => {
    const bytes = makePdf({ pages: 700, objectStreams });
    const seen: number[] = [];
    await loadSource(bytes, (done, total) => {
      assert.equal(total, bytes.length);
      seen.push(done);
    });
    assert.ok(seen.length > 20);
    assert.deepEqual(
      seen,
      seen.toSorted((a, b) => a - b),
    );
    assert.ok(seen.at(-1)! >= 0.8 * bytes.length);
  });
}

test('a file that only looks alike is no PDF, half a file is broken', async () => {
  await assert.rejects(load(''), { code: 'NOT_A_PDF' });
  await assert.rejects(load('<html>%PD</html>'), { code: 'NOT_A_PDF' });
  await assert.rejects(load('%PDF-1.7\n'), { code: 'BROKEN_PDF' });
  await assert.rejects(load(makePdf({ pages: 3 }).subarray(0, 100)), { code: 'BROKEN_PDF' });
});

test('pages that are missing from a file are said to be missing', async () => {
  const whole = makePdf({ pages: 3 }).toString('latin1');
  const { warnings, output } = await runSteps(
    Buffer.from(whole.slice(0, whole.indexOf('\n5 0 obj')), 'latin1'),
    ['rotate', { degrees: 0 }],
  );
  assert.match(warnings.join(), /1 page cannot be found and is left out\./);
  assert.equal((await readPdf(output)).pages.length, 2);
});

test('more pages than are taken are refused while they are counted', async () => {
  await assert.rejects(load(makePdf({ pages: 11 }), 10), { code: 'TOO_MANY_PAGES' });
  assert.equal((await load(makePdf({ pages: 10 }), 10)).pages.length, 10);
});

test('a page tree that leads back to itself ends', async () => {
  const { pages } = await load(
    '%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n' +
      '2 0 obj\n<< /Type /Pages /Count 9 /Kids [2 0 R 3 0 R] >>\nendobj\n' +
      '3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n',
  );
  assert.equal(pages.length, 1);
});

test('a small tree of a milliard pages does not multiply', async () => {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const kids = `${level + 3} 0 R `.repeat(10);
    return `${level + 2} 0 obj\n<< /Type /Pages /Count 1 /Kids [${kids}] >>\nendobj\n`;
  });
  const { pages } = await load(
    `%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n${levels.join('')}` +
      '11 0 obj\n<< /Type /Page /MediaBox [0 0 9 9] >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n',
  );
  assert.ok(pages.length <= 10, `${pages.length} pages`);
});

test('an empty password opens a document, which is then saved open with its strings whole', async () => {
  const plain = makePdf({ pages: 2, info: { Title: 'A (b\\c) d' }, outline: [{ title: 'x (y', to: 1 }] });
  for (const bits of ['128', '256']) {
    const modern = bits === '128' ? ['--use-aes=y'] : [];
    const { out } = await qpdf(plain, '--encrypt', '', 'owner', bits, ...modern, '--', '/in.pdf', '/out.pdf');
    const { warnings, written, output } = await runSteps(out!, ['rotate', { degrees: 90 }]);
    assert.match(warnings.join(), /encrypted/);
    assert.equal(written[0]?.way, 'full');
    await qpdfCheck(output);
    const read = await readPdf(output);
    assert.equal(read.info.Title, 'A (b\\c) d');
    assert.equal(read.outline[0]?.title, 'x (y');
    assert.deepEqual(
      read.pages.map(({ text, rotate }) => [text, rotate]),
      [
        ['Page 1', 90],
        ['Page 2', 90],
      ],
    );
    assert.equal(read.info.EncryptFilterName, null);
  }
});

test('a password is asked for, not guessed', async () => {
  const { out } = await qpdf(
    makePdf({ pages: 1 }),
    '--encrypt',
    'user',
    'owner',
    '256',
    '--',
    '/in.pdf',
    '/out.pdf',
  );
  await assert.rejects(load(out!), { code: 'ENCRYPTED' });
});

test('a stream of indirect length that ends in a carriage return keeps its last byte', async () => {
  const image = Buffer.from(`${'x'.repeat(47)}\r`);
  const { output } = await runSteps(makePdf({ pages: 2, image }), ['pages', { select: '1' }]);
  await qpdfCheck(output);
  assert.ok((await plainBytes(output)).includes(`${image.toString('latin1')}\n`));
  assert.equal((await load(makePdf({ pages: 1, image }))).facts.clean, true);
});

test('a damaged cross-reference is noticed, and the document is written anew', async () => {
  const bytes = makePdf({ pages: 3 });
  const broken = Buffer.from(bytes.toString('latin1').replace(/startxref\n\d+/, 'startxref\n7'), 'latin1');
  const { warnings, written, output } = await runSteps(broken, ['rotate', { degrees: 180 }]);
  assert.match(warnings.join(), /structure of the file has faults/);
  assert.equal(written[0]?.way, 'full');
  await qpdfCheck(output);
  assert.deepEqual(
    (await readPdf(output)).pages.map(({ rotate }) => rotate),
    [180, 180, 180],
  );
});

test('a number with an exponent, which no PDF may have, is as large as it says', async () => {
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const page = file.add(`<< /Type /Page /Parent ${tree} 0 R /MediaBox [6.1e-17 -1E-9 4e2 5.0e+2] >>`);
  file.set(tree, `<< /Type /Pages /Count 1 /Kids [${page} 0 R] >>`);
  file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R >>`);
  const { output } = await runSteps(file.finish(root, undefined), ['metadata', { title: 'a title' }]);
  await qpdfCheck(output);
  const box = /\/MediaBox \[([^\]]+)\]/.exec(await plainBytes(output))![1]!;
  const inMillionths = box
    .trim()
    .split(/\s+/)
    .map((written) => Math.round(Math.abs(Number(written)) * 1e6));
  assert.deepEqual(inMillionths, [0, 0, 400e6, 500e6]);
});
