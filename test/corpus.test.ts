import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseSteps } from '../server/pdf/parse-steps.ts';
import { steps } from '../server/pdf/registry.ts';
import type { Trial } from './corpus/attempt.ts';
import { findDocuments } from './corpus/documents.ts';
import { examples } from './corpus/examples.ts';
import { judge } from './corpus/judge.ts';
import { findNativeReader } from './corpus/native-reader.ts';
import { npmReader } from './corpus/npm-reader.ts';
import type { Reader } from './corpus/reader.ts';
import { runCorpus } from './corpus/run.ts';
import { isFault, summarise } from './corpus/summary.ts';
import { truncated } from './helpers/hostile.ts';
import { makePdf, type PdfOptions } from './helpers/pdf.ts';
import { chosen } from './native/expected.ts';

const home = await mkdtemp(join(tmpdir(), 'octavo-corpus-test-'));
after(() => rm(home, { recursive: true }));

/** Two of everything that can be lost. */
const full: PdfOptions = {
  pages: 4,
  links: (n) => (n < 3 ? [3 - n] : []),
  dests: { one: 1, four: 4 },
  outline: [
    { title: 'First', to: 1 },
    { title: 'Second', to: 2 },
  ],
  fields: [
    { name: 'a', pages: [1] },
    { name: 'b', pages: [2] },
  ],
  attachments: [
    { name: 'a.txt', text: 'a' },
    { name: 'b.txt', text: 'b' },
  ],
  labels: [{ from: 1, style: 'r' }],
};

async function file(name: string, bytes: Buffer | string): Promise<string> {
  const path = join(home, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, bytes);
  return path;
}

/** The program, to its end. */
async function run(...flags: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: unknown; stdout: string; stderr: string }>();
  const args = ['--import', './server/preflight.js', 'test/corpus/main.ts', ...flags];
  execFile(process.execPath, args, { cwd: new URL('..', import.meta.url) }, (error, stdout, stderr) =>
    resolve({ code: error?.code ?? 0, stdout, stderr }),
  );
  return promise;
}

test('every step has an example, and the engine takes its options', () => {
  assert.deepEqual(Object.keys(examples).toSorted(), steps.map(({ name }) => name).toSorted());
  const calls = Object.entries(examples).flatMap(([name, own]) =>
    own.map(({ options }) => ({ name, options: options(5) })),
  );
  assert.deepEqual(parseSteps(calls).problems, []);
});

test('a folder of a good, a broken and a locked-away PDF and of something else is summed up', async () => {
  const folder = join(home, 'folder');
  await file('folder/good.pdf', makePdf(full));
  await file('folder/broken.pdf', truncated());
  await file('folder/below/letter.PDF', 'Dear Sir or Madam');
  await file('folder/notes.txt', 'not looked at');
  await symlink(join(home, 'nowhere'), join(folder, 'gone.pdf'));
  const json = join(home, 'found.json');
  const { code, stdout, stderr } = await run(folder, '--steps', 'split,rotate,extractText', '--json', json);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^4 documents; results are read by qpdf/);
  assert.match(stdout, /^\| opened \| 1 \|$/m);
  for (const outcome of ['BROKEN_PDF', 'NOT_A_PDF', 'unreadable'])
    assert.match(stdout, new RegExp(`^\\| ${outcome} \\| 1 \\|$`, 'm'));
  for (const step of ['split', 'rotate', 'extractText'])
    assert.match(stdout, new RegExp(`^\\| ${step} \\| 1 \\| 1 \\| 0 \\| 0 \\| 0 \\|`, 'm'), stdout);
  assert.match(
    stdout,
    /## Refused: 3, in 3 of the documents\n.*letter\.PDF\n {2}upload: NOT_A_PDF: This is not/s,
  );
  const { trials } = JSON.parse(await readFile(json, 'utf8')) as { trials: Trial[] };
  assert.equal(trials.length, 4 + 3);
});

test('what cannot begin says why, and how to begin', async () => {
  await file('other/notes.txt', '');
  await assert.rejects(findDocuments([]), /npm run corpus -- FOLDER/);
  await assert.rejects(findDocuments([join(home, 'none')]), /none: there is no such folder/);
  await assert.rejects(
    findDocuments([join(home, 'other')]),
    /No file named \.pdf in .*; files of other names: 1/,
  );
  const { code, stderr } = await run('--colour', 'red', '--steps', 'rotate,turn', home);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /--colour: no such flag.*STEPS: must be of merge,.*found "rotate,turn".*Usage: npm run/s,
  );
  assert.doesNotMatch(stderr, /^ +at /m);
});

const readers = [npmReader, await findNativeReader()].filter((reader) => reader !== undefined);

/** Of each kind a document that has less of it than the full one, and how a warning would tell of that. */
const losses: Record<string, [less: PdfOptions, warning?: string]> = {
  pages: [{ ...full, pages: 3, dests: { one: 1 } }],
  links: [
    { ...full, links: (n) => (n === 1 ? [2] : []) },
    'Links to pages that are not in the result were left out: 1.',
  ],
  destinations: [{ ...full, dests: { one: 1 } }],
  bookmarks: [{ ...full, outline: [{ title: 'First', to: 1 }] }],
  fields: [{ ...full, fields: [{ name: 'a', pages: [1] }] }, 'Form fields have another name now: 1.'],
  attachments: [{ ...full, attachments: [{ name: 'a.txt', text: 'a' }] }],
  labels: [{ ...full, labels: [] }],
  text: [{ ...full, text: () => 'Page' }],
};

for (const reader of readers)
  test(`what is lost is found: ${reader.name}`, async () => {
    const source = await reader.look(await file('full.pdf', makePdf(full)));
    for (const [what, [less, warning]] of Object.entries(losses)) {
      const result = await reader.look(await file(`${what}.pdf`, makePdf(less)));
      const judged = (warnings: string[]) =>
        judge({
          example: examples.metadata![0]!,
          sources: [source],
          results: [{ ...result, chosen: chosen(0, 1, 4) }],
          warnings,
        }).filter((finding) => finding.what === what);
      const [silent] = judged([]);
      assert.equal(silent?.silent, true, what);
      if (warning) assert.equal(judged([warning])[0]!.silent, false, `${what}, told`);
    }
    const [good] = judge({
      example: examples.metadata![0]!,
      sources: [source],
      results: [{ ...source, chosen: chosen(0, 1, 4) }],
      warnings: [],
    });
    assert.equal(good, undefined);
  });

test('a result that has lost a link is a fault, and the summary names it', async () => {
  const path = await file('linked.pdf', makePdf(full));
  const copy = join(home, 'copy.pdf');
  await copyFile(path, copy);
  /** Sees no links in results. */
  const blind: Reader = {
    ...npmReader,
    async look(file, pages) {
      const seen = await npmReader.look(file, pages);
      if (seen.structures && !file.endsWith('in.pdf')) seen.structures.links = [[], [], [], []];
      return seen;
    },
  };
  const trials: Trial[] = [];
  await runCorpus(blind, {
    documents: [path],
    steps: ['rotate'],
    jobs: 1,
    maxPages: 100,
    maxBytes: 1_000_000,
    signal: new AbortController().signal,
    onTrial: (trial) => trials.push(trial),
  });
  assert.deepEqual(trials.map(isFault), [false, true]);
  assert.match(
    summarise(trials),
    /## Faults: 1, in 1 of the documents\n\n.*linked\.pdf\n {2}rotate: links: 2 → 0 \(- page 1 to 2; - page 2 to 1\)$/s,
  );
});
