import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import type { RawStep } from '../../server/pdf/parse-steps.ts';
import { createSlots } from '../../server/pdf/slot/slots.ts';
import { runJob } from '../hostile/drive.ts';
import { watchChildren } from '../helpers/memory.ts';
import { makePdf } from '../helpers/pdf.ts';
import { makePages } from '../helpers/pages-pdf.ts';
import { jpegOf, photo } from '../helpers/pictures.ts';
import type { Tell } from './figures.ts';

/**
 * Each step on small and large documents, in one warm slot, from the file to the last result: time, the slot's peak of
 * resident memory, size of all results. Beside it a native tool that does the same, where there is one and it is here.
 */
export async function run(tell: Tell): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'octavo-steps-'));
  const slots = createSlots({
    size: 1,
    dir: join(home, 'slots'),
    maxPages: 20_000,
    log: pino({ level: 'silent' }),
  });
  const memory = watchChildren();
  const { signal } = new AbortController();
  console.log('| step | document | time | memory | result | tool | its time | its result |');
  console.log('| --- | --- | --: | --: | --: | --- | --: | --: |');
  try {
    for (const [name, bytes] of Object.entries(await documents())) {
      const path = join(home, 'in.pdf');
      await writeFile(path, bytes);
      const what = `${name}, ${megabytes(bytes.length)}`;
      for (const { step, tool } of comparisons) {
        const sources = Array.from({ length: step.name === 'merge' ? 2 : 1 }, () => ({
          name: 'in.pdf',
          path,
        }));
        const own = await slots.use(signal, async (slot) => {
          // As the slots of a worker are.
          await slot.inspect(path);
          await memory.peak();
          const start = performance.now();
          const { documents } = await runJob(slot, { sources }, [step]);
          const ms = performance.now() - start;
          const size = documents.reduce((sum, result) => sum + result.bytes, 0);
          return { ms, peak: await memory.peak(), size };
        });
        const its = await runTool(home, tool);
        const cells = [seconds(own.ms), megabytes(own.peak), megabytes(own.size), ...its.cells];
        console.log(`| ${[called(step), what, ...cells].join(' | ')} |`);
        const record = (metric: string, value: number, unit: string) =>
          tell({ case: `${called(step)}: ${what}`, metric, value, unit });
        record('time', own.ms / 1_000, 's');
        record('memory', own.peak / 1e6, 'MB');
        record('result', own.size / 1e6, 'MB');
        if (tool && its.ms !== undefined) record(`time of ${tool[0]}`, its.ms / 1_000, 's');
      }
    }
  } finally {
    await memory.stop();
    await slots.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** `in.pdf` and `out…` are in its folder. */
type Tool = [name: string, ...args: string[]];

const comparisons: { step: RawStep; tool?: Tool }[] = [
  {
    step: { name: 'pages', options: { select: 'last-1' } },
    tool: qpdf('in.pdf', '--pages', '.', 'z-1', '--'),
  },
  {
    step: { name: 'arrange', options: { pages: '1:even>90 1:odd' } },
    tool: qpdf('in.pdf', '--pages', '.', '1-z:even', '.', '1-z:odd', '--', '--rotate=90'),
  },
  { step: { name: 'merge', options: {} }, tool: qpdf('--empty', '--pages', 'in.pdf', 'in.pdf', '--') },
  { step: { name: 'split', options: { every: 50 } }, tool: qpdf('--split-pages=50', 'in.pdf') },
  { step: { name: 'split', options: { atText: 'Page 50' } } },
  { step: { name: 'removeBlank', options: { dryRun: true } } },
  { step: { name: 'rotate', options: { degrees: 90 } }, tool: qpdf('--rotate=90', 'in.pdf') },
  { step: { name: 'crop', options: { left: 10, unit: 'PERCENT' } } },
  { step: { name: 'stamp', options: { text: 'DRAFT', angle: 45 } } },
  { step: { name: 'stamp', options: { text: 'سري للغاية {n}' } } },
  { step: { name: 'pageNumbers', options: { format: '{n} of {total}' } } },
  { step: { name: 'metadata', options: { title: 'A title' } } },
  { step: { name: 'metadata', options: { strip: true } } },
  { step: { name: 'ocr', options: {} } },
  {
    step: { name: 'optimize', options: { imageQuality: 75 } },
    tool: qpdf('--object-streams=generate', '--recompress-flate', '--optimize-images', 'in.pdf'),
  },
  { step: { name: 'extractText', options: { format: 'TXT' } }, tool: ['pdftotext', 'in.pdf', 'out.txt'] },
  {
    step: { name: 'images', options: { dpi: 36, format: 'PNG' } },
    tool: ['pdftoppm', '-r', '36', '-png', 'in.pdf', 'out'],
  },
];

function called({ name, options }: RawStep): string {
  return [name, ...Object.entries(options).map(([option, value]) => `${option}: ${String(value)}`)].join(' ');
}

function qpdf(...args: string[]): Tool {
  return ['qpdf', ...args, 'out.pdf'];
}

async function documents(): Promise<Record<string, Buffer>> {
  const text = (pages: number): Buffer =>
    makePdf({
      pages,
      text: (n) => `Page ${n} of a long report, with a line that tells of it`,
      links: (n) => [(n % pages) + 1],
      outline: Array.from({ length: Math.ceil(pages / 50) }, (_, at) => ({
        title: `Part ${at}`,
        to: at * 50 + 1,
      })),
      objectStreams: true,
    });
  return {
    '1 page': text(1),
    '100 pages': text(100),
    '5,000 pages': text(5_000),
    '100 images': await images(100),
  };
}

/** A photograph on each page, none like another. */
async function images(count: number): Promise<Buffer> {
  const height = 1_500;
  const pictures = await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const width = 2_000 + at;
      return { width, data: await jpegOf(photo(width, height, 3), width, 'srgb') };
    }),
  );
  return makePages((file) =>
    pictures.map(({ width, data }) => {
      const entries = `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB`;
      const image = file.addStream(`${entries} /BitsPerComponent 8 /Filter /DCTDecode`, data);
      return { content: 'q 500 0 0 400 40 200 cm /Im Do Q', resources: `/XObject << /Im ${image} 0 R >>` };
    }),
  );
}

async function runTool(home: string, tool: Tool | undefined): Promise<{ cells: string[]; ms?: number }> {
  if (!tool) return { cells: ['', '', ''] };
  const [name, ...args] = tool;
  const start = performance.now();
  try {
    await promisify(execFile)(name, args, { cwd: home });
  } catch (error) {
    const { code } = error as { code?: string };
    return { cells: [code === 'ENOENT' ? `${name}: not here` : `${name}: ended with ${code}`, '', ''] };
  }
  const ms = performance.now() - start;
  let size = 0;
  for (const file of (await readdir(home)).filter((entry) => entry.startsWith('out'))) {
    size += (await stat(join(home, file))).size;
    await rm(join(home, file));
  }
  return { cells: [name, seconds(ms), megabytes(size)], ms };
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e6 ? 3 : bytes < 1e7 ? 1 : 0)} MB`;
}
