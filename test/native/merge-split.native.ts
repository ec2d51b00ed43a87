import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { test } from 'node:test';
import { PDFName, PDFStream } from 'pdf-lib';
import { loadSource } from '../../server/pdf/source/load.ts';
import { runSteps } from '../helpers/run-steps.ts';
import { chosen, expected } from './expected.ts';
import { manual, tagged } from './sources.ts';
import type { Source } from './sources.ts';
import { readStructures } from './structures.ts';
import type { Target } from './structures.ts';
import { check, onDisk, render, run, scratch, timed } from './tools.ts';

const big = await manual('fullrefman.pdf');

async function clean(bytes: Buffer): Promise<string> {
  const path = await onDisk(bytes);
  const { code, words } = await check(path);
  assert.equal(code, 0, words);
  return path;
}

test('merged manuals keep everything, and are not larger than they were', async () => {
  const sources = [big, await manual('octave.pdf'), await manual('form.pdf'), await tagged()];
  const inputs = Object.fromEntries(sources.map(({ name, bytes }) => [name, bytes]));
  const { value, ms } = await timed(() => runSteps(inputs, ['merge', { bookmarks: false }]));
  const found = await readStructures(await clean(value.output));
  const pages = sources.flatMap(({ pages: count }, source) => chosen(source, 1, count));
  const structures = sources.map((source) => source.structures);
  const wanted = expected(structures, pages);
  // Names that clash have been changed; where they lead is all that can be compared.
  const places = (of: ReadonlyMap<string, Target>) =>
    [...of.values()].toSorted((a, b) => Number(a) - Number(b));
  assert.deepEqual(
    { ...found, destinations: places(found.destinations) },
    { ...wanted, destinations: places(wanted.destinations) },
  );
  const total = sources.reduce((sum, { bytes }) => sum + bytes.length, 0);
  assert.ok(value.output.length <= 1.02 * total, `${value.output.length} of ${total} bytes`);
  const ranges = sources.flatMap(({ path }) => [path, '1-z']);
  const yardstick = await timed(() => run('qpdf', '--empty', '--pages', ...ranges, '--', scratch()));
  print('merge of four', ms, yardstick.ms);
});

test('a manual split at its chapters: each part has what leads within it', async () => {
  const { value, ms } = await timed(() => runSteps(big.bytes, ['split', { bookmarks: true }]));
  const starts = big.structures.bookmarks.flatMap(({ depth, target }) => (depth === 0 ? Number(target) : []));
  const edges = [...new Set([1, ...starts])].toSorted((a, b) => a - b);
  assert.equal(value.outputs.length, edges.length);
  for (const [index, output] of value.outputs.entries()) {
    const path = await clean(output);
    const [first, last] = [edges[index]!, (edges[index + 1] ?? big.pages + 1) - 1];
    assert.deepEqual(await readStructures(path), expected([big.structures], chosen(0, first, last)));
    assert.equal(await render(path, 1), await render(big.path, first));
  }
  const yardstick = await timed(() => run('qpdf', big.path, scratch()));
  print(`split into ${edges.length}`, ms, yardstick.ms);
});

test('parts of a manual by size: none is larger than asked, and together they are all of it', async () => {
  for (const [source, maxBytes] of [
    [big, 500_000],
    [await manual('notation.pdf'), 3_000_000],
    [await manual('why3.pdf'), 200_000],
    [await tagged(), 100_000],
  ] as const) {
    const { outputs, written } = await runSteps(source.bytes, ['split', { maxBytes }]);
    const pages = written.reduce((sum, part) => sum + (part.pages ?? 0), 0);
    assert.equal(pages, source.pages);
    for (const [index, { length }] of outputs.entries())
      assert.ok(length <= maxBytes, `part ${index + 1} of ${source.name} has ${length} bytes`);
    const filled = outputs.map(({ length }) => Math.round((100 * length) / maxBytes));
    console.log(`${source.name}: ${outputs.length} parts, filled to ${filled.join(', ')} %`);
  }
});

test('ten pages of a manual: of the others not a stream, not a title, not a name', async () => {
  const { output } = await runSteps(big.bytes, ['pages', { select: '100-109' }]);
  const path = await clean(output);
  const kept = expected([big.structures], chosen(0, 100, 109));
  assert.deepEqual(await readStructures(path), kept);
  await assertNoContent(output, big, 100, 109);
  const plain = await run('qpdf', '--qdf', '--object-streams=disable', '--preserve-unreferenced', path, '-');
  for (const name of big.structures.destinations.keys()) {
    if (kept.destinations.has(name)) continue;
    assert.ok(!plain.includes(`(${name.slice(2)})`), `the destination ${name} is gone`);
  }
  const theirs = scratch();
  const range = ['--empty', '--pages', big.path, '100-109', '--'];
  await run('qpdf', ...range, '--object-streams=generate', theirs);
  const { size } = await stat(theirs);
  assert.ok(output.length <= 1.1 * size, `${output.length} bytes, qpdf's ten pages have ${size}`);
});

/** Content streams are copied as they are: those of pages that go must not be found in the bytes. */
async function assertNoContent(output: Buffer, source: Source, first: number, last: number): Promise<void> {
  const { pages, context } = await loadSource(source.bytes, () => {});
  const contents = pages.map(({ node }) => {
    const stream = context.lookup(node.get(PDFName.of('Contents')), PDFStream);
    return Buffer.from(stream.getContents());
  });
  for (const [index, content] of contents.entries()) {
    const stays = index + 1 >= first && index + 1 <= last;
    assert.equal(output.includes(content), stays, `page ${index + 1}`);
  }
}

test('what is appended to a manual leaves it as it was', async () => {
  const calls = [['rotate', { degrees: 90 }], ['crop', { left: 10 }], ['pageNumbers']] as const;
  const { value, ms } = await timed(() => runSteps(big.bytes, ...calls));
  const path = await clean(value.output);
  assert.ok(value.output.subarray(0, big.bytes.length).equals(big.bytes));
  assert.deepEqual(await readStructures(path), big.structures);
  const perPage = (value.output.length - big.bytes.length) / big.pages;
  assert.ok(perPage <= 400, `${perPage} bytes a page`);
  const yardstick = await timed(() => run('qpdf', big.path, scratch()));
  print('turn, crop and number', ms, yardstick.ms);
});

function print(what: string, ms: number, yardstick: number): void {
  console.log(`${what}: ${Math.round(ms)} ms, qpdf ${Math.round(yardstick)} ms`);
}
