import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runSteps } from '../helpers/run-steps.ts';
import { corpus } from './sources.ts';
import { check, onDisk, render, run } from './tools.ts';

/** Small files of many kinds: clips, layers, attachments, spot colours, odd boxes, transparency, faulty ones. */
const files = (await readdir(corpus, { recursive: true })).filter((name) =>
  /^(?:golang|cups-filters).*\.pdf$/.test(name),
);
/** They have a password. */
const isLocked = (name: string): boolean => name.endsWith('SetProtection.pdf');

test('small documents of many kinds look the same in another order, and are no less clean', async () => {
  assert.ok(files.length > 80, `${files.length} files`);
  for (const name of files) {
    const bytes = await readFile(join(corpus, name));
    const turned = runSteps(bytes, ['pages', { select: 'last-1' }]);
    if (isLocked(name)) {
      await assert.rejects(turned, { code: 'ENCRYPTED' });
      continue;
    }
    const { output, written } = await turned;
    const [before, after] = [join(corpus, name), await onDisk(output)];
    const { code, words } = await check(after);
    assert.ok(code <= (await check(before)).code, `${name}: ${words}`);
    const pages = written[0]!.pages!;
    for (let page = 1; page <= pages; page += 1)
      assert.equal(
        await render(after, pages + 1 - page),
        await render(before, page),
        `${name}, page ${page}`,
      );
  }
});

test('all of them merged are one document with all their pages', async () => {
  const open = files.filter((name) => !isLocked(name));
  const inputs: Record<string, Buffer> = {};
  let pages = 0;
  for (const name of open) {
    inputs[name] = await readFile(join(corpus, name));
    pages += Number(await run('qpdf', '--warning-exit-0', '--show-npages', join(corpus, name)));
  }
  const { output, written } = await runSteps(inputs, ['merge']);
  assert.equal(written[0]!.pages, pages);
  const { code, words } = await check(await onDisk(output));
  assert.notEqual(code, 2, words);
});
