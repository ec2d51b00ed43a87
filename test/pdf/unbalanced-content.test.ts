import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { openRenderer } from '../../server/pdf/passes/images/renderer.ts';
import { makePages } from '../helpers/pages-pdf.ts';
import { qpdfCheck, readPdf } from '../helpers/pdf.ts';
import { random } from '../helpers/random.ts';
import { RawPdf } from '../helpers/raw-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';
import { faultsOf, seal, unbalancedContent, unbalancedPdf } from '../helpers/unbalanced.ts';

const sealed = (await runSteps(unbalancedPdf(['']), seal)).output;

/** Fails unless the page looks as before, with the seal where it stands on an empty page. */
async function assertSealed(before: Buffer, after: Buffer): Promise<void> {
  const renderer = await openRenderer([before, after, sealed].map((bytes) => ({ name: '', bytes })));
  const drawn: Uint8Array[] = [];
  for (const source of [0, 1, 2])
    drawn.push(Uint8Array.from((await renderer.draw(source, 0, (size) => size))!.data));
  assert.deepEqual(faultsOf(drawn[0]!, drawn[1]!, drawn[2]!, 4), []);
  const { items } = (await readPdf(after)).pages[0]!;
  const { x, y } = items.find(({ text }) => text === 'SEAL')!;
  assert.ok(Math.abs(x - 60) < 1 && Math.abs(y - 150) < 1, `for pdf.js it is at ${x}, ${y}`);
}

for (const [what, ...streams] of [
  ['balanced', 'q 0.5 0 0 0.5 0 0 cm 0 0 80 80 re f Q'],
  ['a Q too many at the end', '0.1 0 0 0.1 0 0 cm q 0 0 800 800 re f Q Q'],
  ['a Q too many before anything', 'Q 0 0 80 80 re f'],
  ['a Q too many, and the state goes on', '0.5 0 0 0.5 0 0 cm 0 0 1 rg Q Q 0 0 80 80 re f'],
  ['a Q missing', '0.1 0 0 0.1 0 0 cm q 0 0 800 800 re f'],
  ['many of them missing', `0.1 0 0 0.1 0 0 cm ${'q '.repeat(900)}0 0 800 800 re f`],
  ['a clip that was left', '0 0 50 50 re W n q 0 0 80 80 re f'],
  ['text without an end', 'BT /F1 20 Tf 2 0 0 2 50 50 Tm 7 Tr 5 Ts (text) Tj'],
  ['hidden content without an end', '/OC /Hidden BDC 0 0 80 80 re f'],
  ['a path that nobody paints', '0 0 80 80 re f 0 0 10 10 re W'],
  ['an unfinished string', '0 0 80 80 re f BT /F1 20 Tf (never'],
  ['an unfinished array', '0 0 80 80 re f BT /F1 20 Tf [(never) 20'],
  ['an unfinished dictionary', '0 0 80 80 re f /P << /A 1'],
  ['a comment at the end', '0 0 80 80 re f q % Q'],
  ['Q in strings, names and comments', 'q (Q) pop /Q /Q gs % Q\n 0 0 80 80 re f <51> Q'],
  ['streams that are cut between operands', '0.1 0 0', '0.1 0 0 cm q 0 0', '800 800 re f'],
] as const)
  test(`a stamp stands where it should: ${what}`, async () => {
    const bytes = unbalancedPdf(streams);
    const { output, written } = await runSteps(bytes, seal);
    await qpdfCheck(output);
    assert.equal(written[0]?.way, 'append');
    await assertSealed(bytes, output);
    // The other way to write, and what is drawn by another job.
    const again = await runSteps(
      { 'a.pdf': bytes, 'b.pdf': bytes },
      ['merge'],
      ['pages', { select: '2' }],
      seal,
    );
    await assertSealed(bytes, again.output);
    const before = [['pageNumbers', { format: 'x' }], ['optimize']] as const;
    const [numbered, both] = await Promise.all([
      runSteps(bytes, ...before),
      runSteps(bytes, ...before, seal),
    ]);
    await assertSealed(numbered.output, both.output);
  });

test('a stamp stands where it should, whatever is left open', async () => {
  const seed = Number(process.env.SEED ?? randomInt(1e9));
  console.log(`seed ${seed}`);
  const pick = random(seed);
  for (let n = 0; n < 20; n += 1) {
    const content = unbalancedContent(pick);
    const bytes = unbalancedPdf([content]);
    try {
      const { output } = await runSteps(bytes, seal);
      await assertSealed(bytes, output);
    } catch (cause) {
      throw new Error(`seed ${seed}, content ${n}: ${JSON.stringify(content)}`, { cause });
    }
  }
});

test('under a page that leaves its state open a stamp stands where it should', async () => {
  const bytes = unbalancedPdf(['Q Q 0.1 0 0 0.1 0 0 cm q BT /F1 200 Tf 200 200 Td (word) Tj']);
  const { output } = await runSteps(bytes, ['stamp', { ...seal[1], under: true }]);
  const { items } = (await readPdf(output)).pages[0]!;
  const places = items.map(({ text, x, y }) => [text, Math.round(x), Math.round(y)]);
  assert.deepEqual(places, [
    ['SEAL', 60, 150],
    ['word', 20, 20],
  ]);
});

test('an image that never ends is left out where something is drawn over it, and it is said', async () => {
  const square = '0 0 80 80 re f';
  const image = '0.1 0 0 0.1 0 0 cm q BI /W 900 /H 900 /BPC 8 /CS /G';
  for (const [content, warning] of [
    [`${image} ID abcdefghijkl`, /Page 1 is damaged/],
    // Nobody would have drawn this one.
    [image, /^$/],
  ] as const) {
    const { output, written } = await runSteps(unbalancedPdf([square, content]), seal);
    await assertSealed(unbalancedPdf([square]), output);
    assert.match(written[0]!.warnings.join(), warning);
  }
});

test('of content that makes no sense nothing is left out, and it is said', async () => {
  const bytes = unbalancedPdf([
    'q 0.1 0 0 0.1 0 0 cm rubbish 0 0 800 800 re f q /F1 20 Tf (never',
    ') pop Q',
  ]);
  const { output, written } = await runSteps(bytes, seal);
  await assertSealed(bytes, output);
  assert.match(written[0]!.warnings.join(), /Page 1 is damaged/);
});

test('what many pages leave open is closed in few bytes', async () => {
  const pages = Array.from({ length: 300 }, (_, n) => `${'q '.repeat(1 + (n % 7))}0 0 9 9 re f`);
  const bytes = makePages(() => pages.map((content) => ({ content })));
  const { output } = await runSteps(bytes, seal);
  assert.ok((output.length - bytes.length - 8_000) / 300 <= 400, `${(output.length - bytes.length) / 300}`);
});

for (const [what, contents] of [
  ['null', 'null'],
  ['an empty array', '[]'],
  ['an array with entries that are missing', '[null 99 0 R (x) 1]'],
  ['a reference to nothing', '99 0 R'],
  ['a dictionary', '<< /A 1 >>'],
] as const)
  test(`a page whose content is ${what} takes a stamp`, async () => {
    const empty = unbalancedPdf([], `/Contents ${contents}`);
    const { output, written } = await runSteps(empty, seal);
    await qpdfCheck(output);
    await assertSealed(unbalancedPdf(['']), output);
    assert.deepEqual(written[0]?.warnings, []);
  });

for (const [what, entry] of [
  ['an unknown filter', '/Filter /Nonsense'],
  ['damaged data', '/Filter /FlateDecode'],
  ['data in another file', '/F (other.bin)'],
] as const)
  test(`content that is ${what} cannot be checked, and it is said`, async () => {
    const file = new RawPdf();
    const [root, tree] = [file.reserve(), file.reserve()];
    const content = file.addStream(entry, Buffer.from('q q q'));
    const page = file.add(
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 300 400] /Contents ${content} 0 R >>`,
    );
    file.set(tree, `<< /Type /Pages /Count 1 /Kids [${page} 0 R] >>`);
    file.set(root, `<< /Type /Catalog /Pages ${tree} 0 R >>`);
    const { output, written } = await runSteps({ 'scan.pdf': file.finish(root, undefined) }, seal);
    assert.deepEqual(written[0]?.warnings, [
      'scan.pdf: Page 1 is damaged. See whether what was drawn on it is in its place.',
    ]);
    await assertSealed(unbalancedPdf(['']), output);
  });
