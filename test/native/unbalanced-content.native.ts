import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import sharp from 'sharp';
import { random } from '../helpers/random.ts';
import { runSteps } from '../helpers/run-steps.ts';
import { faultsOf, seal, unbalancedContent, unbalancedPdf } from '../helpers/unbalanced.ts';
import { onDisk, run } from './tools.ts';

const engines = {
  poppler: (path: string) => run('pdftoppm', '-png', '-r', '72', path),
  mupdf: (path: string) =>
    // It draws what it can, and then ends with 1.
    run('mutool', 'draw', '-q', '-F', 'png', '-r', '72', '-o', '-', path).catch(
      ({ stdout }: { stdout: Buffer }) => stdout,
    ),
};

for (const [engine, draw] of Object.entries(engines))
  test(`for ${engine} a stamp stands where it should, whatever is left open`, async () => {
    const seed = Number(process.env.SEED ?? randomInt(1e9));
    console.log(`seed ${seed}`);
    const pick = random(seed);
    const pixels = async (bytes: Buffer): Promise<Uint8Array> =>
      sharp(await draw(await onDisk(bytes)))
        .flatten({ background: 'white' })
        .toColourspace('srgb')
        .raw()
        .toBuffer();
    const alone = await pixels((await runSteps(unbalancedPdf(['']), seal)).output);
    for (let n = 0; n < Number(process.env.COUNT ?? 100); n += 1) {
      const content = unbalancedContent(pick);
      const bytes = unbalancedPdf([content]);
      const [before, after] = [await pixels(bytes), await pixels((await runSteps(bytes, seal)).output)];
      // Poppler loses what follows a `Q` too many: there it shows more than before.
      assert.deepEqual(
        faultsOf(engine === 'poppler' ? after : before, after, alone, 3),
        [],
        `content ${n}: ${JSON.stringify(content)}`,
      );
    }
  });
