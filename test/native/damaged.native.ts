import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../../server/errors.ts';
import { loadSource } from '../../server/pdf/source/load.ts';
import { damages } from '../helpers/damage.ts';
import { makePdf } from '../helpers/pdf.ts';
import { random } from '../helpers/random.ts';
import { onDisk, run } from './tools.ts';

const rounds = 10;
const image = Buffer.alloc(300, 7);
const files = [
  makePdf({ pages: 7, links: () => [1], fields: [{ name: 'a', pages: [1] }], image }),
  makePdf({ pages: 7, objectStreams: true, image }),
];

/** What a tool says of a file, although it complains. */
async function words(tool: string, ...args: string[]): Promise<string> {
  return run(tool, ...args).then(String, (error: { stdout?: Buffer }) => String(error.stdout ?? ''));
}

/** Pages that qpdf and mutool find, and that poppler finds text on: as a number of pages it repeats what the file says. */
async function judged(path: string): Promise<number[]> {
  const listed = await words('qpdf', '--json=2', '--json-key=pages', path);
  const texts = await words('pdftotext', path, '-');
  const boxes = await words('mutool', 'pages', path);
  return [
    listed.startsWith('{') && listed.trimEnd().endsWith('}')
      ? (JSON.parse(listed) as { pages: unknown[] }).pages.length
      : 0,
    new Set(texts.match(/Page \d/g)).size,
    boxes.match(/<MediaBox/g)?.length ?? 0,
  ];
}

for (const [name, damage] of Object.entries(damages)) {
  test(`${name}: all pages are kept that qpdf, poppler and mutool find`, async () => {
    for (const [index, file] of files.entries()) {
      for (let seed = 1; seed <= rounds; seed += 1) {
        const { between } = random(seed);
        const bytes = damage(Buffer.from(file), () => between(0, 1));
        const theirs = await judged(await onDisk(bytes));
        const ours = await loadSource(bytes, () => {}).then(
          ({ pages }) => pages.length,
          (error: unknown) => {
            assert.ok(error instanceof AppError, String(error));
            return 0;
          },
        );
        assert.ok(
          ours >= Math.max(...theirs),
          `file ${index}, seed ${seed}: ${ours} pages, not ${theirs.join(', ')}`,
        );
      }
    }
  });
}
