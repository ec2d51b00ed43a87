import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSource } from '../../server/pdf/source/load.ts';
import { around, stream } from '../helpers/hostile.ts';
import { qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';
import { lies } from '../hostile/lies.ts';
import { names } from '../hostile/names.ts';

const load = (file: Buffer) => loadSource(file, () => {});

test('an object that cannot be read is left out, so that it swallows nothing that is written after it', async () => {
  const broken = around([stream('', Buffer.from('x')), '<< /A (( stream'], { page: '/Contents 4 0 R ' });
  const { written, output } = await runSteps(broken, ['rotate', { degrees: 90 }]);
  assert.equal(written[0]?.way, 'full');
  await qpdfCheck(output);
  assert.equal((await readPdf(output)).pages[0]?.rotate, 90);
});

test('what is nested too deeply costs no page, whether the file says where its objects are or not', async () => {
  const deep = [
    '['.repeat(100_000),
    '<< /A '.repeat(100_000),
    `<< /A ${'['.repeat(100_000)} >>\nstream\nx\nendstream`,
  ];
  for (const object of deep) {
    const file = around([object], { catalog: '/ViewerPreferences 4 0 R ' });
    const lost = Buffer.concat([
      file.subarray(0, file.lastIndexOf('xref\n0 ')),
      Buffer.from(`trailer\n${object}`),
    ]);
    for (const bytes of [file, lost]) {
      const { output } = await runSteps(bytes, ['metadata', { strip: true }]);
      await qpdfCheck(output);
      assert.equal((await readPdf(output)).pages.length, 1);
    }
  }
});

test('lengths of streams that are no numbers are not looked through', async () => {
  const text = `[${'(a) '.repeat(500_000)}]`;
  const streams = Array.from({ length: 1_000 }, () => '<< /Length 4 0 R >>\nstream\nx\nendstream');
  const start = performance.now();
  assert.equal((await load(around([text, ...streams]))).pages.length, 1);
  assert.ok(performance.now() - start < 5_000);
});

test('object numbers that no reader takes are refused, a size that is none does not count', async () => {
  await assert.rejects(load(lies['an object of number 2^53']!()), { code: 'TOO_COMPLEX' });
  const { output } = await runSteps(lies['a table of a size of 10^18']!(), ['rotate', { degrees: 90 }]);
  await qpdfCheck(output);
});

test('a trailer that names no catalog is not appended to: the one that was found counts', async () => {
  const { written, output } = await runSteps(lies['a root that is a page']!(), ['rotate', { degrees: 90 }]);
  assert.equal(written[0]?.way, 'full');
  assert.equal((await readPdf(output)).pages[0]?.rotate, 90);
});

test('a generation that no cross-reference has room for is not written', async () => {
  const file = Buffer.concat([around(), Buffer.from('9 99999 obj\n<< /A 1 >>\nendobj\n')]);
  const { output } = await runSteps(file, ['rotate', { degrees: 90 }]);
  await qpdfCheck(output);
});

test('cross-reference streams of any claims cost nothing to read', async () => {
  const absurd = Object.keys(lies).filter((name) => name.startsWith('a cross-reference stream of'));
  assert.ok(absurd.length > 4);
  const start = performance.now();
  for (const name of absurd) assert.equal((await load(lies[name]!())).pages.length, 1, name);
  assert.ok(performance.now() - start < 5_000);
});

test('text and names of any length are decoded', async () => {
  for (const name of ['a name of a megabyte', 'field names that are empty, dotted, or a megabyte']) {
    const { output } = await runSteps(names[name]!(), ['pages', { select: '1,1' }]);
    assert.equal((await readPdf(output)).pages.length, 2, name);
  }
});
