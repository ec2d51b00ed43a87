import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { characterErrors, type Print, scan, scannedPdf } from '../helpers/printed.ts';
import { runSteps } from '../helpers/run-steps.ts';
import { run, scratch } from './tools.ts';

const lines = [
  'Terms of carriage. The company takes charge of goods',
  'between the hours of 6:30 and 19:45, Sundays excepted;',
  'parcels above 25 kg are weighed twice (see § 4, table 2).',
  'Claims must be made in writing, within 14 days of receipt.',
];

const prints: [what: string, print: Print][] = [
  ['clean', { columns: [lines] }],
  ['of 150 dpi', { columns: [lines], dpi: 150 }],
  ['askew by 3°', { columns: [lines], skew: 3 }],
  ['turned by 90°', { columns: [lines], turned: 90 }],
  ['small, with grain', { columns: [lines], size: 6, grain: 60 }],
];

const isHere = await run('tesseract', '--version').then(
  () => true,
  () => false,
);

test(
  'print is read as well as by native tesseract, or better',
  { skip: !isHere && 'no tesseract' },
  async (t) => {
    for (const [what, print] of prints) {
      const [picture] = await scan([print]);
      const { output } = await runSteps(scannedPdf([picture!]), ['ocr']);
      const own = (await runSteps(output, ['extractText'])).output.toString();
      const path = `${scratch()}.png`;
      const { data, width, height } = picture!;
      await sharp(data, { raw: { width, height, channels: 1 } })
        .withMetadata({ density: print.dpi ?? 300 })
        .png()
        .toFile(path);
      const theirs = (await run('tesseract', path, 'stdout', '--psm', '1', '-l', 'eng')).toString();
      const [mine, native] = [own, theirs].map((text) => 100 * characterErrors(lines.join(' '), text)) as [
        number,
        number,
      ];
      t.diagnostic(
        `${what}: ${mine.toFixed(2)} % of the characters are wrong, of tesseract ${native.toFixed(2)} %`,
      );
      assert.ok(mine <= native + 0.5, `${what}: ${mine} %, ${native} %`);
    }
  },
);
