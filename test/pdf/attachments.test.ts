import assert from 'node:assert/strict';
import { test } from 'node:test';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { qpdfCheck, qpdfObjects, readPdf } from '../helpers/pdf.ts';
import { literal, RawPdf } from '../helpers/raw-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

interface Attached {
  /** Names of files, and what is in them. */
  files: Readonly<Record<string, string>>;
  /** Of the name tree, where they are other ones. */
  keys?: readonly string[];
  xmp?: string;
}

/** Two pages with attached files, each of them said to be what the document is made from. */
function attached({ files, keys, xmp }: Attached): Buffer {
  const file = new RawPdf();
  const [root, tree] = [file.reserve(), file.reserve()];
  const pages = [1, 2].map(() => file.add(`<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 9 9] >>`));
  file.set(tree, `<< /Type /Pages /Count 2 /Kids [${pages.map((id) => `${id} 0 R`).join(' ')}] >>`);
  const specs = Object.entries(files).map(([name, text]) => {
    const stream = file.addStream('/Type /EmbeddedFile /Subtype /text#2Fxml', Buffer.from(text));
    return file.add(
      `<< /Type /Filespec /F ${literal(name)} /UF ${literal(name)} /AFRelationship /Alternative ` +
        `/EF << /F ${stream} 0 R >> >>`,
    );
  });
  const names = (keys ?? Object.keys(files)).map((key, index) => `${literal(key)} ${specs[index]} 0 R`);
  const metadata = xmp
    ? `/Metadata ${file.addStream('/Type /Metadata /Subtype /XML', Buffer.from(xmp))} 0 R`
    : '';
  file.set(
    root,
    `<< /Type /Catalog /Pages ${tree} 0 R /Names << /EmbeddedFiles << /Names [${names.join(' ')}] >> >> ` +
      `/AF [${specs.map((id) => `${id} 0 R`).join(' ')}] ${metadata} >>`,
  );
  return file.finish(root, undefined);
}

/** The attached files as pdf.js finds them: text by key and name. Checked by qpdf. */
async function filesIn(bytes: Buffer): Promise<Record<string, [name: string, text: string]>> {
  await qpdfCheck(bytes);
  const task = getDocument({ data: new Uint8Array(bytes), verbosity: 0 });
  try {
    const document = await task.promise;
    const found: Record<string, [string, string]> = {};
    for (const [key, { filename }] of (await document.getAttachments()) ?? new Map()) {
      const content = await document.getAttachmentContent(key);
      found[key] = [filename, Buffer.from(content!).toString()];
    }
    return found;
  } finally {
    await task.destroy();
  }
}

interface Spec {
  '/F': string;
  '/UF': string;
  '/AFRelationship': string;
}

/** The file specifications, and how many the document as a whole is associated with. */
async function specsIn(bytes: Buffer): Promise<{ specs: Spec[]; associated: number }> {
  const objects = await qpdfObjects(bytes);
  const values = Object.values(objects).map(({ value }) => value as Record<string, unknown> | undefined);
  const catalog = values.find((value) => value?.['/Type'] === '/Catalog')!;
  const specs = values.filter((value) => value?.['/Type'] === '/Filespec') as unknown as Spec[];
  return { specs, associated: ((catalog['/AF'] ?? []) as unknown[]).length };
}

test('files of two documents that are called alike are kept under two names, each with its extension', async () => {
  const inputs = {
    'a.pdf': attached({
      files: { 'data.xml': 'a', 'Überblick.csv': 'a too', none: 'a none', 'only.txt': 'a' },
    }),
    'b.pdf': attached({
      files: { 'data.xml': 'b', 'Überblick.csv': 'b too', none: 'b none', 'other.txt': 'b' },
    }),
    'c.pdf': attached({ files: { 'data.xml': 'c', 'archive.tar.gz': 'c' } }),
  };
  const { output, losses, written } = await runSteps(inputs, ['merge']);
  assert.deepEqual(await filesIn(output), {
    'data.xml': ['data.xml', 'a'],
    'data-2.xml': ['data-2.xml', 'b'],
    'data-3.xml': ['data-3.xml', 'c'],
    'Überblick.csv': ['Überblick.csv', 'a too'],
    'Überblick-2.csv': ['Überblick-2.csv', 'b too'],
    none: ['none', 'a none'],
    'none-2': ['none-2', 'b none'],
    'only.txt': ['only.txt', 'a'],
    'other.txt': ['other.txt', 'b'],
    'archive.tar.gz': ['archive.tar.gz', 'c'],
  });
  for (const { '/F': name, '/UF': unicode } of (await specsIn(output)).specs) assert.equal(name, unicode);
  assert.equal(written[0]?.kept?.attachments, 10);
  assert.match(losses.join('\n'), /b\.pdf: Attachments have another name now[^:]*: 3\./);
  assert.match(losses.join('\n'), /c\.pdf: Attachments have another name now[^:]*: 1\./);
});

test('files are told apart by their own names, whatever keys they are found by', async () => {
  const inputs = {
    'a.pdf': attached({ files: { 'x.xml': 'a', 'y.xml': 'a' }, keys: ['0', '1'] }),
    'b.pdf': attached({ files: { 'z.xml': 'b', 'y.xml': 'b' }, keys: ['0', '2'] }),
  };
  const { output, losses } = await runSteps(inputs, ['merge']);
  assert.deepEqual(await filesIn(output), {
    '0': ['x.xml', 'a'],
    '1': ['y.xml', 'a'],
    '0-2': ['z.xml', 'b'],
    '2': ['y-2.xml', 'b'],
  });
  assert.match(losses.join('\n'), /b\.pdf: Attachments have another name now[^:]*: 1\./);
});

const factur = (how: 'elements' | 'attributes', prefix: string, namespace: string): string => {
  const said = {
    DocumentType: 'INVOICE',
    DocumentFileName: 'factur-x.xml',
    Version: '1.0',
    ConformanceLevel: 'BASIC',
  };
  const written = Object.entries(said).map(([key, value]) =>
    how === 'elements' ? `<${prefix}:${key}>${value}</${prefix}:${key}>` : ` ${prefix}:${key}="${value}"`,
  );
  const [attributes, elements] = how === 'elements' ? ['', written.join('\n')] : [written.join('\n'), ''];
  return (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:format>application/pdf</dc:format></rdf:Description>' +
    `<rdf:Description rdf:about="" xmlns:${prefix}="${namespace}"${attributes}>${elements}</rdf:Description></rdf:RDF></x:xmpmeta>`
  );
};

for (const [how, prefix, namespace] of [
  ['elements', 'fx', 'urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#'],
  ['attributes', 'zf', 'urn:ferd:pdfa:CrossIndustryDocument:invoice:1p0#'],
] as const) {
  const invoice = (text: string): Buffer =>
    attached({ files: { 'factur-x.xml': text, 'hours.csv': text }, xmp: factur(how, prefix, namespace) });
  const claim = new RegExp(`${prefix}:\\w|INVOICE|BASIC`);
  const told = /The result is no electronic invoice: that claim was left out, the data is attached/;

  test(`two invoices with ${prefix} in ${how} are none when merged, and their data is there as ordinary files`, async () => {
    const inputs = { 'a.pdf': invoice('a'), 'b.pdf': invoice('b') };
    const { output, losses } = await runSteps(inputs, ['merge']);
    assert.deepEqual(Object.keys(await filesIn(output)), [
      'factur-x-2.xml',
      'factur-x.xml',
      'hours-2.csv',
      'hours.csv',
    ]);
    const { xmp } = await readPdf(output);
    assert.match(xmp!, /application\/pdf/);
    assert.doesNotMatch(xmp!.replaceAll(/xmlns:\w+="[^"]*"/g, ''), claim);
    const { specs, associated } = await specsIn(output);
    assert.deepEqual(
      specs
        .map(({ '/UF': name, '/AFRelationship': relation }) => [name.slice(2), relation])
        .toSorted(([a], [b]) => (a! < b! ? -1 : 1)),
      [
        ['factur-x-2.xml', '/Unspecified'],
        ['factur-x.xml', '/Unspecified'],
        ['hours-2.csv', '/Alternative'],
        ['hours.csv', '/Alternative'],
      ],
    );
    assert.equal(associated, 2);
    for (const name of Object.keys(inputs))
      assert.ok(
        losses.some((loss) => loss.startsWith(`${name}: `) && told.test(loss)),
        losses.join('\n'),
      );
  });

  test(`an invoice with ${prefix} in ${how} is none without a page, and stays one in another order or drawn over`, async () => {
    const { output, losses } = await runSteps(invoice('a'), ['pages', { select: '1' }]);
    assert.doesNotMatch((await readPdf(output)).xmp!.replaceAll(/xmlns:\w+="[^"]*"/g, ''), claim);
    assert.match(losses.join('\n'), told);
    for (const call of [
      ['pages', { select: '2,1' }],
      ['stamp', { text: 'PAID' }],
    ] as const) {
      const whole = await runSteps(invoice('a'), call);
      assert.match((await readPdf(whole.output)).xmp!, claim);
      assert.equal((await specsIn(whole.output)).associated, 2);
      assert.doesNotMatch(whole.losses.join('\n'), /invoice/);
    }
  });
}
