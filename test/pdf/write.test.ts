import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { makePdf, plainBytes, qpdfCheck, qpdfObjects, readPdf } from '../helpers/pdf.ts';
import type { PdfOptions } from '../helpers/pdf.ts';
import { noise } from '../helpers/noise.ts';
import { runSteps } from '../helpers/run-steps.ts';

const rich: PdfOptions = {
  pages: 6,
  links: (n) => [1 + (n % 6), 'third'],
  uris: (n) => [`https://example.org/${n}`],
  dests: { third: 3, last: 6 },
  outline: [
    {
      title: 'One',
      to: 1,
      children: [
        { title: 'Two', to: 2 },
        { title: 'Three', to: 'third' },
      ],
    },
    { title: 'Six', to: 6 },
  ],
  fields: [
    { name: 'alone', pages: [2], value: 'v' },
    { name: 'shared', pages: [1, 4, 6] },
  ],
  labels: [
    { from: 1, style: 'r' },
    { from: 3, style: 'D', prefix: 'A-' },
  ],
  attachments: [{ name: 'note.txt', text: 'attached words' }],
  info: { Title: 'Rich' },
  language: 'en',
  layer: 'Notes',
};

for (const objectStreams of [false, true]) {
  const kind = objectStreams ? 'a cross-reference stream' : 'a cross-reference table';

  test(`${kind}: stamping appends, and the original bytes are the beginning of the result`, async () => {
    const bytes = makePdf({ ...rich, pages: 300, objectStreams });
    const { output, written } = await runSteps(bytes, ['pageNumbers'], ['rotate', { degrees: 90 }]);
    assert.equal(written[0]?.way, 'append');
    assert.ok(output.subarray(0, bytes.length).equals(bytes));
    const perPage = (output.length - bytes.length) / 300;
    assert.ok(perPage <= 400, `${perPage} bytes a page`);
    await qpdfCheck(output);
    const { pages } = await readPdf(output);
    assert.deepEqual(
      pages.map(({ text, rotate }) => [text, rotate]),
      Array.from({ length: 300 }, (_, index) => [`Page ${index + 1} ${index + 1}`, 90]),
    );
  });

  test(`${kind}: a document that nothing is done to comes back as it was`, async () => {
    const bytes = makePdf({ ...rich, objectStreams });
    assert.ok((await runSteps(bytes)).output.equals(bytes));
    assert.ok((await runSteps(bytes, ['merge'])).output.equals(bytes));
  });

  test(`${kind}: all pages in another order keep links, bookmarks, destinations, fields, labels, files, layers`, async () => {
    const bytes = makePdf({ ...rich, objectStreams });
    const { output, written } = await runSteps(bytes, ['pages', { select: 'last-1' }]);
    assert.equal(written[0]?.way, 'assemble');
    await qpdfCheck(output);
    const [before, after] = [await readPdf(bytes), await readPdf(output)];
    const moved = (page: unknown): unknown => (typeof page === 'number' ? 7 - page : page);
    assert.deepEqual(
      after.pages.map(({ text, links }) => [text, ...links]),
      before.pages.map(({ text, links }) => [text, ...links.map(moved)]).toReversed(),
    );
    assert.deepEqual(after.labels, before.labels?.toReversed());
    assert.deepEqual(
      [...after.destinations],
      [...before.destinations].map(([name, page]) => [name, moved(page)]),
    );
    assert.deepEqual(after.fields, before.fields);
    assert.deepEqual(after.attachments, before.attachments);
    assert.deepEqual(
      after.outline.map(({ title, page, items }) => [title, page, items.map((item) => item.page)]),
      [
        ['One', 6, [5, 4]],
        ['Six', 1, []],
      ],
    );
    assert.equal(after.info.Title, 'Rich');
    assert.equal(after.info.Language, 'en');
    assert.deepEqual(await countTypes(output), await countTypes(bytes));
  });
}

/** How many annotations, layers and form fields qpdf finds. */
async function countTypes(bytes: Buffer): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { value } of Object.values(await qpdfObjects(bytes))) {
    const dict = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
    for (const kind of [dict['/Subtype'], dict['/FT'], dict['/Type'] === '/OCG' ? 'layer' : undefined]) {
      if (typeof kind === 'string' && /Link|Widget|Tx|layer/.test(kind))
        counts[kind] = (counts[kind] ?? 0) + 1;
    }
  }
  return counts;
}

test('merged documents keep what hangs on their pages, each under its name', async () => {
  const inputs = {
    'first.pdf': makePdf(rich),
    'second.pdf': makePdf({ ...rich, text: (n) => `Other ${n}` }),
  };
  const { output, outputs } = await runSteps(inputs, ['merge']);
  assert.equal(outputs.length, 1);
  await qpdfCheck(output);
  const [source, merged] = [await readPdf(inputs['first.pdf']), await readPdf(output)];
  const shifted = (page: unknown): unknown => (typeof page === 'number' ? page + 6 : page);
  assert.deepEqual(
    merged.pages.map(({ links }) => links),
    [...source.pages.map(({ links }) => links), ...source.pages.map(({ links }) => links.map(shifted))],
  );
  assert.deepEqual(
    merged.outline.map(({ title, page, items }) => [title, page, items.map((item) => item.title)]),
    [
      ['first', 1, ['One', 'Six']],
      ['second', 7, ['One', 'Six']],
    ],
  );
  assert.deepEqual(
    merged.destinations,
    new Map([
      ['last', 6],
      ['last-2', 12],
      ['third', 3],
      ['third-2', 9],
    ]),
  );
  assert.deepEqual([...merged.fields.keys()].toSorted(), ['alone', 'alone-2', 'shared', 'shared-2']);
  assert.deepEqual(merged.labels, [...source.labels!, ...source.labels!]);
  assert.equal(merged.attachments.length, 2);
});

test('without the wish for it no bookmark is added for a document', async () => {
  const inputs = { 'a.pdf': makePdf(rich), 'b.pdf': makePdf({ pages: 1 }) };
  const { output } = await runSteps(inputs, ['merge', { bookmarks: false }]);
  assert.deepEqual(
    (await readPdf(output)).outline.map(({ title }) => title),
    ['One', 'Six'],
  );
});

test('with even pages a blank one of the same size follows every odd document', async () => {
  const inputs = {
    'odd.pdf': makePdf({ ...rich, pages: 7, size: [600, 900], rotate: () => 90 }),
    'even.pdf': makePdf({ pages: 2, text: (n) => `E${n}` }),
    'one.pdf': makePdf({ pages: 1, text: () => 'one' }),
  };
  const calls = [
    ['merge', { evenPages: true }],
    ['pageNumbers', { format: '#{n}' }],
  ] as const;
  const { output, written } = await runSteps(inputs, ...calls);
  await qpdfCheck(output);
  assert.equal(written[0]?.pages, 12);
  const { pages, outline, labels } = await readPdf(output);
  assert.deepEqual(
    pages.slice(6).map(({ text, width, height }) => [text, width, height]),
    [
      ['Page 7 #7', 900, 600],
      ['#8', 900, 600],
      ['E1 #9', 595, 842],
      ['E2 #10', 595, 842],
      ['one #11', 595, 842],
      ['#12', 595, 842],
    ],
  );
  assert.deepEqual(
    outline.map(({ title, page }) => [title, page]),
    [
      ['odd', 1],
      ['even', 9],
      ['one', 11],
    ],
  );
  assert.deepEqual(labels?.slice(6), ['A-5', '', '1', '2', '1', '']);
});

test('an empty page after one that was cropped and turned is as large as that looks', async () => {
  const { output } = await runSteps(
    makePdf({ pages: 1 }),
    ['crop', { left: 100, width: 200, height: 300 }],
    ['rotate', { degrees: 90 }],
    ['merge', { evenPages: true }],
  );
  await qpdfCheck(output);
  const { pages } = await readPdf(output);
  assert.deepEqual(
    pages.map(({ width, height }) => [width, height]),
    [
      [300, 200],
      [300, 200],
    ],
  );
});

test('ten copies of a document cost little more than one', async () => {
  const seed = randomInt(2 ** 31);
  console.log(`seed ${seed}`);
  const image = noise(200_000, seed);
  const copy = makePdf({ pages: 4, image });
  const inputs = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}.pdf`, copy]));
  const { output } = await runSteps(inputs, ['merge']);
  await qpdfCheck(output);
  assert.equal((await readPdf(output)).pages.length, 40);
  assert.ok(output.length < copy.length * 1.1, `${output.length} of ${copy.length}`);
});

test('a field on a page that comes twice has a widget on each', async () => {
  const { output } = await runSteps(makePdf(rich), ['pages', { select: '2,2,4' }]);
  await qpdfCheck(output);
  const { fields } = await readPdf(output);
  assert.deepEqual([...fields.keys()].toSorted(), ['alone', 'shared']);
  assert.equal((await countTypes(output))['/Widget'], 3);
});

test('the same job writes the same bytes, in every way of writing', async () => {
  const bytes = makePdf({ ...rich, xmp: '<x/>' });
  const jobs = [
    [['pageNumbers'], ['metadata', { title: 'T' }]],
    [['metadata', { strip: true }]],
    [['pages', { select: '5,1-3' }], ['pageNumbers']],
  ] as const;
  for (const job of jobs) {
    const [one, two] = [await runSteps(bytes, ...job), await runSteps(bytes, ...job)];
    assert.ok(one.output.equals(two.output), job[0][0]);
  }
});

test('a pipeline is as if its steps were done one after the other', async () => {
  const inputs = { 'a.pdf': makePdf(rich), 'b.pdf': makePdf({ pages: 3, text: (n) => `B${n}` }) };
  const { output, written } = await runSteps(
    inputs,
    ['pages', { select: '1-3' }],
    ['rotate', { degrees: 90, pages: '1' }],
    ['merge', { bookmarks: false }],
    ['pageNumbers', { format: '{n} of {total}', pages: '2-last' }],
    ['pages', { remove: '3' }],
    ['metadata', { title: 'All' }],
  );
  await qpdfCheck(output);
  assert.deepEqual([written.length, written[0]?.name, written[0]?.pages], [1, 'a and 1 more.pdf', 5]);
  const { pages, info } = await readPdf(output);
  assert.deepEqual(
    pages.map(({ text, rotate }) => [text, rotate]),
    [
      ['Page 1', 90],
      ['Page 2 2 of 6', 0],
      ['B1 4 of 6', 90],
      ['B2 5 of 6', 0],
      ['B3 6 of 6', 0],
    ],
  );
  assert.equal(info.Title, 'All');
  assert.ok(!(await plainBytes(output)).includes('(Page 3)'));
});

test('what cannot be kept is said', async () => {
  const { losses, warnings } = await runSteps(
    makePdf({ pages: 2, tagged: true, signed: true, javascript: '1' }),
    ['pages', { select: '2,1,2' }],
  );
  assert.match(warnings.join('\n'), /signature[\s\S]*JavaScript/);
  assert.match(losses.join('\n'), /no tags.*: 1\./);
});
