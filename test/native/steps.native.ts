import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { readZip } from '../helpers/read-zip.ts';
import { runSteps } from '../helpers/run-steps.ts';
import { documents, sample } from './sources.ts';
import type { Source } from './sources.ts';
import { readStructures } from './structures.ts';
import { check, onDisk, render, run, textOf } from './tools.ts';

for (const [what, open] of documents)
  test(`every step on ${what}`, async (t) => {
    const source = await open();
    for (const [name, hold] of Object.entries(held)) await t.test(name, () => hold(source));
  });

/** What each step has to keep and to change. */
const held: Record<string, (source: Source) => Promise<void>> = {
  async 'drawn on, cropped and named'(source) {
    const { output } = await runSteps(
      source.bytes,
      ['stamp', { text: 'Σχέδιο Проект', position: 'CENTER', size: 12, opacity: 1 }],
      ['stamp', { text: '社外秘\nสำเนาที่ {n} हिन्दी', position: 'TOP_CENTER', size: 12, opacity: 1 }],
      ['stamp', { text: 'سري للغاية', position: 'BOTTOM_CENTER', size: 12, opacity: 1 }],
      ['pageNumbers', { format: 'leaf {n} of {total}', position: 'TOP_LEFT' }],
      ['crop', { left: 10, bottom: 20 }],
      ['metadata', { title: 'Überschrift' }],
    );
    const path = await assertKept(source, output);
    assert.match(await information(path), /^Title: +Überschrift$/m);
    for (const page of sample(source)) {
      const text = await textOf(path, page);
      for (const drawn of [
        'Σχέδιο Проект',
        '社外秘',
        `สำเนาที่ ${page} हिन्दी`,
        `leaf ${page} of ${source.pages}`,
      ])
        assert.ok(text.includes(drawn), `“${drawn}” on page ${page}: ${text}`);
      // MuPDF tells what runs from right to left as it lies, poppler as it is read, with marks around it.
      const read = (await popplerText(path, page)).replace(/\p{Bidi_Control}/gu, '');
      assert.ok(read.includes('سري للغاية'), `page ${page}: ${read}`);
      const [before, after] = [await visible(source.path, page), await visible(path, page)];
      assert.deepEqual(after.map(Math.round), [before[0] - 10, before[1] - 20].map(Math.round));
    }
  },

  async 'turned there and back, and without metadata'(source) {
    const { output } = await runSteps(
      source.bytes,
      ['rotate', { degrees: 90 }],
      ['metadata', { strip: true }],
      ['rotate', { degrees: -90 }],
    );
    const path = await assertKept(source, output);
    assert.doesNotMatch(await information(path), /^(?:Title|Author|Creator|CreationDate|ModDate):/m);
    await assertLooksTheSame(source, path);
  },

  async 'arranged leaf by leaf, turned and with an empty page between'(source) {
    const evens = Math.floor(source.pages / 2);
    const pages = `blank(A5) ${evens > 0 ? '1:even>90 ' : ''}1:odd`;
    const path = await onDisk((await runSteps(source.bytes, ['arrange', { pages }])).output);
    const { code, words: said } = await check(path);
    assert.ok(code <= source.code, said);
    assert.deepEqual((await visible(path, 1)).map(Math.round), [420, 595]);
    for (const page of sample(source)) {
      const place = page % 2 === 0 ? 1 + page / 2 : 1 + evens + (page + 1) / 2;
      assert.equal(await textOf(path, place), await textOf(source.path, page), `page ${page} reads the same`);
      if (page % 2 === 0)
        assert.deepEqual(await visible(path, place), (await visible(source.path, page)).toReversed());
      else assert.equal(await render(path, place), await render(source.path, page), `page ${page}`);
    }
  },

  async 'made smaller'(source) {
    const { output, written } = await runSteps(source.bytes, ['optimize']);
    const path = await assertKept(source, output);
    assert.ok(output.length <= source.bytes.length, `${output.length} of ${source.bytes.length} bytes`);
    await assertLooksTheSame(source, path);
    console.log(`${source.name}: ${written[0]!.notes?.join()}`);
  },

  async 'read, and drawn as images'(source) {
    const pages = sample(source).join();
    const text = await runSteps(source.bytes, ['extractText', { pages }]);
    const found = new Set(words(text.output.toString()));
    const images = readZip((await runSteps(source.bytes, ['images', { dpi: 36, pages }])).output);
    assert.equal(images.size, sample(source).length);
    const drawn = [...images.values()];
    for (const [index, page] of sample(source).entries()) {
      const theirs = words(await popplerText(source.path, page));
      const missing = theirs.filter((word) => !found.has(word));
      assert.ok(missing.length <= theirs.length / 20, `not found on page ${page}: ${missing.join(' ')}`);
      const { width, height } = await sharp(drawn[index]!.data).metadata();
      const [wide, high] = await visible(source.path, page);
      assert.ok(Math.abs(width - wide / 2) <= 1 && Math.abs(height - high / 2) <= 1, `page ${page}`);
    }
  },
};

/** As clean as it was, with all that it had; the path of the result. */
async function assertKept(source: Source, output: Buffer): Promise<string> {
  const path = await onDisk(output);
  const { code, words: said } = await check(path);
  assert.ok(code <= source.code, said);
  assert.deepEqual(await readStructures(path), source.structures);
  return path;
}

async function assertLooksTheSame(source: Source, path: string): Promise<void> {
  for (const page of sample(source))
    assert.equal(await render(path, page), await render(source.path, page), `page ${page}`);
}

async function information(path: string): Promise<string> {
  return (await run('pdfinfo', path)).toString();
}

/** Width and height of what is seen of a page, in points, as poppler has it. */
async function visible(path: string, page: number): Promise<[width: number, height: number]> {
  const n = String(page);
  const said = (await run('pdfinfo', '-box', '-f', n, '-l', n, path)).toString();
  const box = /CropBox: +(\S+) +(\S+) +(\S+) +(\S+)/.exec(said)!.slice(1).map(Number);
  const [width, height] = [box[2]! - box[0]!, box[3]! - box[1]!];
  return Number(/ rot: +(\d+)/.exec(said)![1]) % 180 === 0 ? [width, height] : [height, width];
}

async function popplerText(path: string, page: number): Promise<string> {
  const n = String(page);
  return (await run('pdftotext', '-f', n, '-l', n, path, '-')).toString();
}

/** Those of letters alone: signs, ligatures, hyphens and the dots of a leader are each reader's own. */
function words(text: string): string[] {
  const plain = text.normalize('NFKC').replaceAll('.', ' ');
  return plain.match(/(?<!\S)\p{L}+(?!\S)/gu) ?? [];
}
