import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runSteps } from '../helpers/run-steps.ts';
import { chosen, expected } from './expected.ts';
import { documents, sample } from './sources.ts';
import type { Source } from './sources.ts';
import { readStructures } from './structures.ts';
import { check, onDisk, render, run, scratch, textOf, timed } from './tools.ts';

for (const [what, open] of documents) {
  test(`all pages in reverse order: ${what}`, async () => {
    const source = await open();
    const { value, ms } = await timed(() => runSteps(source.bytes, ['pages', { select: 'last-1' }]));
    const { output, losses, written } = value;
    const path = await onDisk(output);
    const { code, words } = await check(path);
    assert.ok(code <= source.code, words);
    const order = chosen(0, 1, source.pages).toReversed();
    assert.deepEqual(await readStructures(path), expected([source.structures], order));
    assert.ok(
      output.length <= 1.02 * source.bytes.length,
      `${output.length} of ${source.bytes.length} bytes`,
    );
    assert.deepEqual([losses, written[0]?.warnings], [[], []]);
    for (const page of sample(source)) {
      const place = source.pages + 1 - page;
      assert.equal(await render(path, place), await render(source.path, page), `page ${page} looks the same`);
      assert.equal(await textOf(path, place), await textOf(source.path, page), `page ${page} reads the same`);
    }
    const yardstick = await timed(() => run('qpdf', source.path, scratch()));
    print(source, output, ms, yardstick.ms);
  });
}

function print({ name, bytes, structures }: Source, output: Buffer, ms: number, yardstick: number): void {
  const links = structures.links.reduce((sum, { length }) => sum + length, 0);
  const { destinations, bookmarks, fields, tags } = structures;
  console.log(
    `${name}: ${links} links, ${destinations.size} destinations, ${bookmarks.length} bookmarks, ${fields.length} fields, ` +
      `${tags} tags; ${(output.length / bytes.length).toFixed(2)} of its size, ` +
      `${Math.round(ms)} ms, qpdf's rewrite ${Math.round(yardstick)} ms`,
  );
}
