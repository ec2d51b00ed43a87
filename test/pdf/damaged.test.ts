import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import { AppError } from '../../server/errors.ts';
import { drawThumbnail } from '../../server/pdf/passes/images/thumbnail.ts';
import { loadSource } from '../../server/pdf/source/load.ts';
import { damages } from '../helpers/damage.ts';
import { makePdf, qpdf, qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { random } from '../helpers/random.ts';
import { rc4Pdf } from '../helpers/rc4-pdf.ts';
import { RevisedPdf } from '../helpers/revised-pdf.ts';
import { readZip } from '../helpers/read-zip.ts';
import { runSteps } from '../helpers/run-steps.ts';

const image = Buffer.alloc(300, 7);
const whole = {
  table: makePdf({ pages: 7, links: () => [1], fields: [{ name: 'a', pages: [1] }], image }),
  'object streams': makePdf({ pages: 7, objectStreams: true, image }),
};
const seed = Math.floor(Math.random() * 2 ** 31);
console.log(`seed ${seed}`);
const pdfium = await PDFiumLibrary.init();

/** Which of the pages PDFium finds; where streams do not end it sees one page on another. */
async function found(bytes: Buffer): Promise<string[]> {
  // It looks for the beginning in 1,024 bytes only.
  const document = await pdfium
    .loadDocument(bytes.subarray(Math.max(0, bytes.indexOf('%PDF'))))
    .catch(() => undefined);
  const texts: string[] = [];
  for (const page of document?.pages() ?? []) {
    try {
      texts.push(...(page.getText().match(/Page \d/g) ?? []));
    } catch {
      // The file only counts it.
    }
  }
  document?.destroy();
  return [...new Set(texts)];
}

for (const [name, damage] of Object.entries(damages)) {
  test(`${name}: no page is lost that another reader finds, and the result is whole`, async () => {
    const { between } = random(seed);
    for (const file of Object.values(whole)) {
      const bytes = damage(Buffer.from(file), () => between(0, 1));
      const theirs = await found(bytes);
      try {
        const { written, output } = await runSteps(bytes, ['pages', { select: '1-last' }]);
        assert.ok(written[0]!.pages! >= theirs.length, `${written[0]!.pages} pages, not ${theirs.length}`);
        const { code, text } = await qpdf(output, '--check', '/in.pdf');
        assert.notEqual(code, 2, text);
        // Where a font's own dictionary is broken, each reader has its own idea of the text.
        if (name === 'a byte changed in a dictionary') continue;
        const ours = await found(output);
        assert.deepEqual(
          theirs.filter((text) => !ours.includes(text)),
          [],
        );
      } catch (error) {
        assert.ok(error instanceof AppError && error.code === 'BROKEN_PDF', String(error));
        assert.deepEqual(theirs, []);
      }
    }
  });
}

test('of a file that was cut off it is said how many pages are missing, also where they were counted elsewhere', async () => {
  const page = '<< /Type /Page /Parent 3 0 R /MediaBox [0 0 9 9] >>';
  const file = new RevisedPdf();
  file.object(1, '<< /Type /Catalog /Pages 2 0 R >>');
  file.object(2, '<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 12 >>');
  file.object(3, '<< /Type /Pages /Parent 2 0 R /Kids [6 0 R 7 0 R 8 0 R] /Count 3 >>');
  file.object(6, page);
  file.object(7, page);
  file.text('8 0 obj\n<< /Ty');
  const { warnings, written } = await runSteps(file.bytes(), ['rotate', { degrees: 90 }]);
  // The third is there, as far as it goes.
  assert.equal(written[0]?.pages, 3);
  assert.match(warnings.join(), /9 pages cannot be found and are left out\./);
});

test('what is found of a file that was cut off is read and drawn too, and said to be damaged', async () => {
  const cut = whole.table.subarray(0, whole.table.lastIndexOf('xref\n0 '));
  const text = await runSteps(cut, ['extractText', { format: 'TXT' }]);
  assert.deepEqual(
    text.output.toString().match(/Page \d/g),
    [1, 2, 3, 4, 5, 6, 7].map((n) => `Page ${n}`),
  );
  const images = await runSteps(cut, ['images', { dpi: 20 }]);
  assert.equal(readZip(images.output).size, 7);
  for (const { warnings } of [text, images])
    assert.deepEqual(warnings, [
      'in.pdf: The structure of the file has faults; the result has all that could be read of it.',
    ]);
  assert.ok((await drawThumbnail(cut)).length > 0);
  await assert.rejects(runSteps(cut.subarray(0, 100), ['extractText']), { code: 'BROKEN_PDF' });
});

test('what a damaged file names and has not is not taken for what is written anew', async () => {
  const file = new RevisedPdf();
  file.object(1, '<< /Type /Catalog /Pages 2 0 R >>');
  file.object(2, '<< /Type /Pages /Kids [3 0 R] /Count 1 >>');
  file.object(3, '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>');
  for (const step of [
    ['rotate', { degrees: 90 }],
    ['pages', { select: '1,1' }],
  ] as const) {
    const { output } = await runSteps(file.bytes(), [step[0], step[1]]);
    await qpdfCheck(output);
  }
});

test('a page tree that leads nowhere is made anew of the pages that there are', async () => {
  const bytes = Buffer.from(whole.table.toString('latin1').replace('/Type /Pages', '/Type /(ages'), 'latin1');
  for (const step of [
    ['rotate', { degrees: 90 }],
    ['pages', { select: '7-1' }],
  ] as const) {
    const { output, written } = await runSteps(bytes, [step[0], step[1]]);
    assert.equal(written[0]?.pages, 7);
    await qpdfCheck(output);
    assert.equal((await found(output)).length, 7);
  }
});

test('what is no content is left out where a damaged page names it as that', async () => {
  const bytes = Buffer.from(
    whole.table.toString('latin1').replace('/Contents 15 0 R', '/Contents [1 0 R 15 0 R 999 0 R]'),
    'latin1',
  );
  const { output } = await runSteps(bytes, ['pages', { select: '1-2' }]);
  await qpdfCheck(output);
  assert.deepEqual(await found(output), ['Page 1', 'Page 2']);
});

test('a count that no file can have is not taken for pages that are missing', async () => {
  const file = new RevisedPdf();
  file.object(1, '<< /Type /Catalog /Pages 2 0 R >>');
  file.object(2, '<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2147483648 >>');
  file.object(3, '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>');
  assert.equal((await loadSource(file.bytes(), () => {})).facts.missingPages, 1);
});

test('what ends in the midst of an object stream is read as far as it goes, and ends', async () => {
  const bytes = whole['object streams'];
  for (let end = bytes.indexOf('/ObjStm'); end < bytes.length; end += 7) {
    await loadSource(bytes.subarray(0, end), () => {}).catch((error: unknown) =>
      assert.ok(error instanceof AppError, String(error)),
    );
  }
});

test('RC4 without an identifier, and an empty password of the owner, open a document', async () => {
  const id = '00112233445566778899aabbccddeeff';
  for (const bytes of [
    rc4Pdf({ user: '', owner: 'owner' }),
    rc4Pdf({ user: '', owner: 'owner', id }),
    rc4Pdf({ user: 'user', owner: '', id }),
    rc4Pdf({ user: 'user', owner: '' }),
  ]) {
    assert.notEqual((await qpdf(bytes, '--password=', '--check', '/in.pdf')).code, 2);
    const { warnings, output } = await runSteps(bytes, ['rotate', { degrees: 90 }]);
    assert.match(warnings.join(), /encrypted/);
    assert.equal((await readPdf(output)).pages[0]!.text, 'secret');
  }
  await assert.rejects(
    loadSource(rc4Pdf({ user: 'user', owner: 'owner', id }), () => {}),
    { code: 'ENCRYPTED' },
  );
});

test('an empty password of the owner opens AES of 256 bits too', async () => {
  const plain = makePdf({ pages: 2 });
  const options = ['--encrypt', 'user', '', '256', '--allow-insecure', '--', '/in.pdf', '/out.pdf'];
  const { out } = await qpdf(plain, ...options);
  const { output } = await runSteps(out!, ['rotate', { degrees: 90 }]);
  await qpdfCheck(output);
  assert.deepEqual(
    (await readPdf(output)).pages.map(({ text }) => text),
    ['Page 1', 'Page 2'],
  );
});
