import assert from 'node:assert/strict';
import { test } from 'node:test';
import { qpdfCheck, qpdfObjects, readPdf } from '../helpers/pdf.ts';
import { RawPdf } from '../helpers/raw-pdf.ts';
import { runSteps } from '../helpers/run-steps.ts';

/*
 * The trailer's entries, the root of the page tree and its nodes must be objects of their own (ISO 32000-1, 7.5.5,
 * 7.7.2, 7.7.3.2). Programs exist that write them where they are used.
 */

type Direct = 'Info' | 'Root' | 'Pages' | 'Kids';

/** Three pages of 200 points in a tree of two levels. */
function directPdf(direct: Direct): Buffer {
  const file = new RawPdf();
  const root = file.reserve();
  const tree = file.reserve();
  const font = file.add('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>');
  const asIs = (object: string): string => object;
  const apart = (object: string): string => `${file.add(object)} 0 R`;
  const place = (kind: Direct): typeof asIs => (direct === kind ? asIs : apart);
  const page = (n: number): string => {
    const content = file.addStream('', Buffer.from(`BT /F1 12 Tf 20 100 Td (Page ${n}) Tj ET`));
    return place('Kids')(`<< /Type /Page /Parent ${tree} 0 R /Contents ${content} 0 R >>`);
  };
  const inner = place('Kids')(
    `<< /Type /Pages /Parent ${tree} 0 R /Count 2 /Kids [${page(1)} ${page(2)}] >>`,
  );
  const resources = `/Resources << /Font << /F1 ${font} 0 R >> >>`;
  file.set(
    tree,
    `<< /Type /Pages /Count 3 /MediaBox [0 0 200 200] ${resources} /Kids [${inner} ${page(3)}] >>`,
  );
  const catalog = `<< /Type /Catalog /Pages ${direct === 'Pages' ? file.get(tree) : `${tree} 0 R`} >>`;
  file.set(root, catalog);
  const title = '<< /Title (a title) >>';
  const info = direct === 'Info' ? undefined : file.add(title);
  const written = file.finish(root, info).toString('latin1');
  const trailer = written.lastIndexOf('trailer');
  return Buffer.from(
    written.slice(0, trailer) +
      written
        .slice(trailer)
        .replace('<<', direct === 'Info' ? `<< /Info ${title}` : '<<')
        .replace(direct === 'Root' ? `${root} 0 R` : /$/, direct === 'Root' ? catalog : ''),
    'latin1',
  );
}

for (const direct of ['Info', 'Root', 'Pages', 'Kids'] as const) {
  test(`where ${direct} stands in what refers to it, each step does what it says, and nothing is lost`, async () => {
    const bytes = directPdf(direct);
    const texts = ['Page 1', 'Page 2', 'Page 3'];
    for (const [step, options, expected] of [
      ['rotate', { degrees: 90, pages: '1,3' }, texts],
      ['stamp', { text: 'DRAFT', angle: 0 }, texts.map((text) => `${text} DRAFT`)],
      ['pages', { select: 'last-1' }, texts.toReversed()],
      ['metadata', { author: 'someone' }, texts],
      ['optimize', {}, texts],
    ] as const) {
      const { output } = await runSteps(bytes, [step, options]);
      await qpdfCheck(output);
      const read = await readPdf(output);
      assert.deepEqual(
        read.pages.map(({ text }) => text),
        expected,
        step,
      );
      assert.deepEqual(
        read.pages.map(({ rotate }) => rotate),
        step === 'rotate' ? [90, 0, 90] : [0, 0, 0],
      );
      assert.equal(read.info.Title, 'a title', step);
      // What may stay as it was is not mended.
      if (step === 'optimize') continue;
      const objects = await qpdfObjects(output);
      const { '/Root': root } = objects.trailer!.value as Record<string, string>;
      assert.match((objects[`obj:${root}`]!.value as Record<string, string>)['/Pages']!, / R$/, step);
      if (step === 'metadata') assert.equal(read.info.Author, 'someone');
    }
  });
}
