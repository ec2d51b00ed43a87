import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePdf, plainBytes, qpdfCheck, qpdfObjects } from '../helpers/pdf.ts';
import { countTags, readTags } from '../helpers/read-tags.ts';
import type { ReadTag } from '../helpers/read-tags.ts';
import { runSteps } from '../helpers/run-steps.ts';
import { taggedPdf } from '../helpers/tagged-pdf.ts';

/** The tree in a line: roles, and the content that each has. */
function sketch(tags: readonly ReadTag[]): string {
  return tags
    .map(({ role, content, kids }) => {
      const below = [...content, ...(kids.length > 0 ? [sketch(kids)] : [])].join(' ');
      return below === '' ? role.slice(1) : `${role.slice(1)}(${below})`;
    })
    .join(' ');
}

async function tagsOf(bytes: Buffer): Promise<ReadTag[]> {
  await qpdfCheck(bytes);
  return readTags(await qpdfObjects(bytes));
}

const whole =
  'Document(Heading(1:0) P(1:1 Link(1:object)) LI(1:2 2:2) ' +
  'Heading(2:0) P(2:1 Link(2:object)) Table(TR(TH(2:3) TD) TR(TH(3:2) TD)) ' +
  'Heading(3:0) P(3:1 Link(3:object)) Heading(4:0) P(4:1 Link(4:object)) Figure(4:0))';

test('the source says what the tests expect of it', async () => {
  assert.equal(sketch(await tagsOf(taggedPdf())), whole);
});

test('pages in another order keep every element, in the order of the pages', async () => {
  const { output, losses, written } = await runSteps(taggedPdf(), ['pages', { select: 'last-1' }]);
  assert.equal(
    sketch(await tagsOf(output)),
    'Document(Heading(1:0) P(1:1 Link(1:object)) Figure(1:0) ' +
      'Table(TR(TH(2:2) TD) TR(TH(3:3) TD)) Heading(2:0) P(2:1 Link(2:object)) ' +
      'LI(3:2 4:2) Heading(3:0) P(3:1 Link(3:object)) Heading(4:0) P(4:1 Link(4:object)))',
  );
  assert.equal(written[0]?.kept?.tags, 22);
  assert.deepEqual(losses, []);
});

test('of elements of removed pages nothing is left, nor of what stood for them', async () => {
  const { output, written } = await runSteps(taggedPdf(), ['pages', { remove: '2,4' }]);
  const tags = await tagsOf(output);
  assert.equal(
    sketch(tags),
    'Document(Heading(1:0) P(1:1) LI(1:2) Table(TR(TH(2:2) TD)) Heading(2:0) P(2:1))',
  );
  assert.equal(written[0]?.kept?.tags, countTags(tags));
  const plain = await plainBytes(output);
  assert.match(plain, /wordTitle3/);
  for (const gone of [
    'word2',
    'word4',
    'wordTitle2',
    'wordTitle4',
    'wordAlt',
    'wordFigure',
    '(id2)',
    'Figure',
  ])
    assert.ok(!plain.includes(gone), `${gone} is gone`);
});

test('merged documents have both trees, and names that mean one thing each', async () => {
  const inputs = { 'a.pdf': taggedPdf(), 'b.pdf': taggedPdf({ text: 'other', role: 'H2' }) };
  const { output, written } = await runSteps(inputs, ['merge']);
  const tags = await tagsOf(output);
  const moved = whole.replace(/(\d):/g, (_, page: string) => `${Number(page) + 4}:`);
  assert.equal(sketch(tags), `${whole} ${moved.replaceAll('Heading', 'Heading-2')}`);
  assert.equal(written[0]?.kept?.tags, 44);
  const plain = (await plainBytes(output)).replace(/\s+/g, ' ');
  assert.match(plain, /\/Heading \/H1 \/Heading-2 \/H2/);
  assert.match(plain, /\/Headers \[ \(id2-2\) \]/);
  assert.match(plain, /\/Marked true/);
  const keys = Object.values(await qpdfObjects(output)).flatMap(({ value }) => {
    const page = value as { '/Type'?: string; '/StructParents'?: number } | null;
    return page?.['/Type'] === '/Page' ? [page['/StructParents']] : [];
  });
  assert.equal(new Set(keys).size, 8);
});

test('a page that comes again is tagged once, and that is said', async () => {
  const { output, losses } = await runSteps(taggedPdf(), ['pages', { select: '1,1' }]);
  assert.equal(sketch(await tagsOf(output)), 'Document(Heading(1:0) P(1:1) LI(1:2))');
  assert.match(losses.join('\n'), /no tags for screen readers there: 1\./);
});

test('with a document without tags the result has the others’ tags, and does not call itself tagged', async () => {
  const inputs = { 'a.pdf': makePdf({ pages: 1 }), 'b.pdf': taggedPdf() };
  const { output } = await runSteps(inputs, ['merge']);
  assert.equal(countTags(await tagsOf(output)), 22);
  assert.doesNotMatch(await plainBytes(output), /MarkInfo/);
});

test('each part of a split has its own elements', async () => {
  const { outputs } = await runSteps(taggedPdf(), ['split', { every: 2 }]);
  assert.deepEqual(await Promise.all(outputs.map(async (bytes) => sketch(await tagsOf(bytes)))), [
    'Document(Heading(1:0) P(1:1 Link(1:object)) LI(1:2 2:2) Heading(2:0) P(2:1) Table(TR(TH(2:3) TD)))',
    'Document(Table(TR(TH(1:2) TD)) Heading(1:0) P(1:1 Link(1:object)) Heading(2:0) P(2:1) Figure(2:0))',
  ]);
});
