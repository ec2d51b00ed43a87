import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { AppError } from '../../server/errors.ts';
import { cutRanges } from '../../server/jobs/cut-ranges.ts';
import type { Slot } from '../../server/pdf/slot/slots.ts';
import type { StepCall } from '../../server/pdf/model/step.ts';
import { makePdf } from '../helpers/pdf.ts';
import { makePages } from '../helpers/pages-pdf.ts';
import type { RawPdf } from '../helpers/raw-pdf.ts';
import { readZip } from '../helpers/read-zip.ts';
import { runSteps } from '../helpers/run-steps.ts';
import { bench, fixed, patient } from '../helpers/slots.ts';
import { bind } from '../../server/pdf/registry.ts';

/** A form that draws ten times a form that draws ten times …; the reference to the first. */
function laughs(file: RawPdf, levels: number): string {
  let inner = '';
  for (let level = 0; level < levels; level += 1) {
    const draws = Buffer.from(inner ? '/F Do '.repeat(10) : '0 0 9 9 re f');
    const dict = `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << ${inner && `/XObject << /F ${inner} >>`} >>`;
    inner = `${file.addStream(dict, draws)} 0 R`;
  }
  return inner;
}

function image(file: RawPdf, side: number): string {
  const dict = `/Type /XObject /Subtype /Image /Width ${side} /Height ${side} /BitsPerComponent 8 /ColorSpace /DeviceRGB /Filter /FlateDecode`;
  return `/XObject << /Im ${file.addStream(dict, deflateSync(Buffer.alloc(2 ** 26)))} 0 R >>`;
}

const worst: Record<string, () => Buffer> = {
  'content of 1 GB': () => makePages(() => [{ content: deflateSync(Buffer.alloc(2 ** 30, 'q ')) }]),
  'an image of 60,000 by 60,000': () =>
    makePages((file) => [{ content: '500 0 0 500 0 0 cm /Im Do', resources: image(file, 60_000) }]),
  'a page of 10^9 points': () =>
    makePages(() => [{ content: '0 0 9 9 re f', box: '0 0 1000000000 1000000000' }]),
  'forms that draw forms, 10^12 times': () =>
    makePages((file) => [{ content: '/F Do', resources: `/XObject << /F ${laughs(file, 13)} >>` }]),
};

for (const [what, make] of Object.entries(worst))
  test(`${what}: every step that reads or draws it ends with a type or a result, and leaves its neighbour alone`, async (t) => {
    const { slots, file } = await bench(t, { size: 2 });
    const [path, honest] = [await file('worst.pdf', make()), await file('honest.pdf', makePdf({ pages: 2 }))];
    await slots.use(patient(), async (neighbour) => {
      await neighbour.inspect(honest);
      const { pid } = neighbour;
      const calls: StepCall[] = [
        { name: 'extractText', options: { format: 'JSON' } },
        { name: 'images', options: { format: 'PNG', dpi: 600, quality: 85 } },
        { name: 'removeBlank', options: { tolerance: 0 } },
        { name: 'split', options: { atText: 'x' } },
        { name: 'optimize', options: { imageQuality: 50, maxDpi: 72 } },
      ];
      for (const call of calls) {
        const start = performance.now();
        const outcome = await slots
          .use(patient(), (slot) => work(slot, path, call))
          .catch((error: unknown) => {
            assert.ok(error instanceof AppError, `${call.name}: ${String(error)}`);
            return error.code;
          });
        assert.match(outcome, /^(?:done|MEMORY_LIMIT|TIME_LIMIT|TOO_COMPLEX)$/, call.name);
        assert.ok(performance.now() - start < 30_000, call.name);
      }
      const thumbnail = slots.use(patient(), (slot) => slot.thumbnail(path));
      await thumbnail.catch((error: unknown) => assert.ok(error instanceof AppError, String(error)));
      assert.equal((await neighbour.inspect(honest)).pages, 2);
      assert.equal(neighbour.pid, pid);
    });
  });

async function work(slot: Slot, path: string, call: StepCall): Promise<string> {
  const job = { sources: [{ name: 'worst.pdf', path }], calls: bind([call]), fixed };
  const { pages, cost } = await slot.open(job, () => {});
  for (const [first, last] of cutRanges(pages, cost.perPage)) await slot.range(first, last);
  return 'done';
}

test('a page over which PDFium breaks is left out, and the others are drawn', async () => {
  const bytes = makePages((file) => [
    { content: '0 0 200 200 re f' },
    { content: '/S sh', resources: `/Shading << /S ${deepFunctions(file, 5_000)} >>` },
    { content: '0 0 200 200 re f' },
  ]);
  const { output, written } = await runSteps(bytes, ['images', { dpi: 36 }]);
  const files = readZip(output);
  assert.deepEqual([...files.keys()], ['in-0001.png', 'in-0003.png']);
  assert.deepEqual(files.get('in-0001.png')?.data, files.get('in-0003.png')?.data);
  assert.deepEqual(written[0]?.warnings, ['in.pdf: Page 2 is damaged and was left out.']);
});

/** A shading by a function of a function of a function …: deeper than a stack. */
function deepFunctions(file: RawPdf, levels: number): string {
  let inner = '<< /FunctionType 2 /Domain [0 1] /N 1 >>';
  for (let level = 0; level < levels; level += 1) {
    const outer = file.add(
      `<< /FunctionType 3 /Domain [0 1] /Functions [${inner}] /Bounds [] /Encode [0 1] >>`,
    );
    inner = `${outer} 0 R`;
  }
  return `<< /ShadingType 2 /ColorSpace /DeviceRGB /Coords [0 0 9 9] /Function ${inner} >>`;
}
