import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import type { RawStep } from '../../../server/pdf/parse-steps.ts';
import { createSlots } from '../../../server/pdf/slot/slots.ts';
import { runJob } from '../../hostile/drive.ts';
import { type MemoryWatch, watchChildren } from '../../helpers/memory.ts';
import { type Chosen, chosen } from '../../native/expected.ts';
import type { Tell } from '../figures.ts';
import { form, manual } from './documents.ts';
import { type Counts, countsIn, mostOf } from './kept.ts';

const pages = 1_000;
const half = pages / 2;

/** The same work by us and by tools that people would take, and what is left of the documents' structure. */
export async function compareSteps(tell: Tell): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'octavo-peers-'));
  const memory = watchChildren();
  try {
    await writeFile(join(home, 'manual.pdf'), manual(pages));
    await writeFile(join(home, 'form.pdf'), form());
    console.log(`| work | by | time | memory | result | ${kinds.join(' | ')} |`);
    console.log('| --- | --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |');
    for (const work of works) {
      const sources = work.inputs.map((name) => join(home, name));
      const most = await mostOf(sources, work.keeps);
      // Of a manual's pages each has a tag of its own.
      if (work.inputs.length === 1) most.tags = work.keeps.length;
      for (const [by, does] of Object.entries({ Octavo: ours(work), ...work.peers })) {
        const out = join(home, 'out.pdf');
        const done = await measured(memory, home, does).catch(({ message }: Error) => message);
        if (typeof done === 'string') console.log(`| ${work.name} | ${by}: ${done} |`);
        else await print({ work, by, ...done, out, most }, tell);
        await rm(out, { force: true });
      }
    }
  } finally {
    await memory.stop();
    await rm(home, { recursive: true, force: true });
  }
}

interface Work {
  name: string;
  step: RawStep;
  inputs: readonly string[];
  /** Pages of the result. */
  keeps: readonly Chosen[];
  /** Commands that write `out.pdf`. */
  peers: Readonly<Record<string, Does>>;
}

/** A command, or something that is measured by itself. */
type Does = readonly [string, ...string[]] | ((memory: MemoryWatch, home: string) => Promise<Measured>);

interface Measured {
  ms: number;
  peak: number;
}

const kinds = ['links', 'places', 'bookmarks', 'fields', 'attachments', 'tags'] as const;
const pdfLib = (what: string, ...inputs: string[]): Does => [
  process.execPath,
  join(import.meta.dirname, 'pdf-lib.mjs'),
  what,
  'out.pdf',
  ...inputs,
];
const ghostscript = [
  'gs',
  '-q',
  '-dBATCH',
  '-dNOPAUSE',
  '-sDEVICE=pdfwrite',
  '-sOutputFile=out.pdf',
] as const;

const works: readonly Work[] = [
  {
    name: 'merge',
    step: { name: 'merge', options: { bookmarks: false } },
    inputs: ['manual.pdf', 'form.pdf'],
    keeps: [...chosen(0, 1, pages), ...chosen(1, 1, 4)],
    peers: {
      qpdf: [
        'qpdf',
        '--object-streams=generate',
        '--empty',
        '--pages',
        'manual.pdf',
        'form.pdf',
        '--',
        'out.pdf',
      ],
      pdfunite: ['pdfunite', 'manual.pdf', 'form.pdf', 'out.pdf'],
      pdftk: ['pdftk', 'manual.pdf', 'form.pdf', 'cat', 'output', 'out.pdf'],
      mutool: ['mutool', 'merge', '-o', 'out.pdf', 'manual.pdf', 'form.pdf'],
      ghostscript: [...ghostscript, 'manual.pdf', 'form.pdf'],
      'pdf-lib': pdfLib('merge', 'manual.pdf', 'form.pdf'),
    },
  },
  {
    name: `the first ${half} pages`,
    step: { name: 'pages', options: { select: `1-${half}` } },
    inputs: ['manual.pdf'],
    keeps: chosen(0, 1, half),
    peers: {
      qpdf: ['qpdf', '--object-streams=generate', 'manual.pdf', '--pages', '.', `1-${half}`, '--', 'out.pdf'],
      pdftk: ['pdftk', 'manual.pdf', 'cat', `1-${half}`, 'output', 'out.pdf'],
      mutool: ['mutool', 'merge', '-o', 'out.pdf', 'manual.pdf', `1-${half}`],
      ghostscript: [...ghostscript, `-dLastPage=${half}`, 'manual.pdf'],
      'pdf-lib': pdfLib('pages', 'manual.pdf'),
    },
  },
  {
    name: 'turn all pages',
    step: { name: 'rotate', options: { degrees: 90 } },
    inputs: ['manual.pdf'],
    keeps: chosen(0, 1, pages),
    peers: {
      qpdf: ['qpdf', '--object-streams=generate', '--rotate=+90', 'manual.pdf', 'out.pdf'],
      pdftk: ['pdftk', 'manual.pdf', 'cat', '1-endright', 'output', 'out.pdf'],
      'pdf-lib': pdfLib('rotate', 'manual.pdf'),
    },
  },
  {
    name: 'make smaller',
    step: { name: 'optimize', options: {} },
    inputs: ['manual.pdf'],
    keeps: chosen(0, 1, pages),
    peers: {
      qpdf: ['qpdf', '--object-streams=generate', '--recompress-flate', 'manual.pdf', 'out.pdf'],
      mutool: ['mutool', 'clean', '-gggg', '-z', 'manual.pdf', 'out.pdf'],
      ghostscript: [...ghostscript, 'manual.pdf'],
    },
  },
];

/** In a slot as a worker's, which has done something like it before. */
function ours({ step, inputs }: Work): Does {
  return async (memory, home) => {
    const dir = join(home, 'slots');
    const slots = createSlots({ size: 1, dir, maxPages: 20_000, log: pino({ level: 'silent' }) });
    const sources = inputs.map((name) => ({ name, path: join(home, name) }));
    try {
      return await slots.use(new AbortController().signal, async (slot) => {
        await runJob(slot, { sources: sources.slice(-1) }, [step]);
        await memory.peak();
        const start = performance.now();
        const { documents } = await runJob(slot, { sources }, [step]);
        const ms = performance.now() - start;
        await copyFile(documents[0]!.path, join(home, 'out.pdf'));
        return { ms, peak: await memory.peak() };
      });
    } finally {
      await slots.close();
    }
  };
}

async function measured(memory: MemoryWatch, home: string, does: Does): Promise<Measured> {
  if (typeof does === 'function') return does(memory, home);
  const [tool, ...args] = does;
  await memory.peak();
  const start = performance.now();
  try {
    await promisify(execFile)(tool, args, { cwd: home });
  } catch (error) {
    const { code, stderr = '' } = error as { code?: number | string; stderr?: string };
    const said = /^\w*Error: .*/m.exec(stderr)?.[0] ?? `ended with ${code}`;
    throw new Error(code === 'ENOENT' ? 'not here' : said, { cause: error });
  }
  return { ms: performance.now() - start, peak: await memory.peak() };
}

async function print(
  { work, by, ms, peak, out, most }: Measured & { work: Work; by: string; out: string; most: Counts },
  tell: Tell,
): Promise<void> {
  const { size } = await stat(out);
  const counts = await countsIn(out);
  const left = kinds.map((kind) => (most[kind] === 0 ? '' : `${counts[kind]} of ${most[kind]}`));
  const cells = [work.name, by, `${(ms / 1_000).toFixed(2)} s`, megabytes(peak), megabytes(size), ...left];
  console.log(`| ${cells.join(' | ')} |`);
  const record = (metric: string, value: number, unit: string) =>
    tell({ case: `${work.name}, ${by}`, metric, value, unit });
  record('time', ms / 1_000, 's');
  record('memory', peak / 1e6, 'MB');
  record('result', size / 1e6, 'MB');
  for (const kind of kinds) if (most[kind] > 0) record(kind, counts[kind] / most[kind], 'share kept');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
