import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { type Config, readConfig } from '../server/config.ts';
import { makePdf, qpdfCheck, readPdf } from './helpers/pdf.ts';
import { startServer } from './helpers/server.ts';

const root = new URL('..', import.meta.url);
const readme = await readFile(new URL('README.md', root), 'utf8');

/** Every fenced block, by its language and the beginning of its first line, and what holds it to be right. */
const known: Record<string, (block: string) => Promise<void>> = {
  'sh npm ci && npm start': isRunByCi,
  'sh base=': runsAsPrinted,
  'sh export PUBLIC_URL=': async (block) => {
    const lines = [...block.matchAll(/^export (\w+)=(.*)$/gm)];
    const config = readConfig(Object.fromEntries(lines.map(([, name, value]) => [name, value])));
    for (const [, name] of lines) assert.ok(config[name as keyof Config], `${name} is a setting`);
    assert.match(block, /^npm start$/m);
  },
  'mermaid stateDiagram-v2': async () => {
    // No program.
  },
};

/** `npm test` asks no more of a machine than Node and npm; CI installs what is missing. */
const absent = ['bash', 'curl', 'jq'].filter((program) => spawnSync(program, ['--version']).error);
const missing = absent.length > 0 && `${absent.join(' and ')} not installed`;

for (const [, language, block = ''] of readme.matchAll(/^```(\w*)\n(.*?)^```$/gms)) {
  const title = `${language} ${block.split('\n')[0]}`;
  const check = Object.entries(known).find(([start]) => title.startsWith(start))?.[1];
  test(`a block of the README is right: ${title}`, { skip: check === runsAsPrinted && missing }, async () => {
    assert.ok(check, 'there is a new one: say here how it is run');
    await check(block);
  });
}

/** What installs and starts everything from nothing is too much for a test: the script that runs the tests does it. */
async function isRunByCi(block: string): Promise<void> {
  const commands = block.split('\n').flatMap((line) => line.replace(/ +#.*/, '').split(' && '));
  assert.deepEqual(commands.filter(Boolean), ['npm ci', 'npm start', 'npm ci', 'npm test']);
  const ci = await readFile(new URL('.ci/run', root), 'utf8');
  for (const line of ['npm ci', '.ci/start', 'npm test']) assert.match(ci, new RegExp(`^${line}$`, 'm'));
  const { scripts } = JSON.parse(await readFile(new URL('package.json', root), 'utf8')) as {
    scripts: { start: string };
  };
  const started = scripts.start.replace(/^(exec )?node /, '');
  const start = await readFile(new URL('.ci/start', root), 'utf8');
  assert.ok(start.includes(`node_modules/.bin/node ${started} `), '.ci/start starts what npm start does');
}

/** In bash, in a folder with the file that it names, against this server; it ends with 0 where its own check holds. */
async function runsAsPrinted(block: string): Promise<void> {
  await using server = await startServer();
  const cwd = await mkdtemp(join(tmpdir(), 'octavo-readme-'));
  try {
    await writeFile(join(cwd, 'report.pdf'), makePdf({ pages: 9, text: (n) => `Page ${n}` }));
    const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-o', 'pipefail', '-c', block], {
      cwd,
      env: { PATH: process.env.PATH, OCTAVO: server.url },
      timeout: 60_000,
    });
    assert.match(stdout, /"type":"STEP_DONE","message":"4 pages turned by 90°"/);
    assert.deepEqual([stdout.trimEnd().split('\n').at(-1), stderr], ['result.pdf has 4 pages', '']);
    const bytes = await readFile(join(cwd, 'result.pdf'));
    await qpdfCheck(bytes);
    const { pages } = await readPdf(bytes);
    assert.deepEqual(
      pages.map(({ rotate, text }) => [rotate, text]),
      [1, 2, 3, 9].map((n, index) => [90, `Page ${n} ${index + 1} of 4`]),
    );
  } finally {
    await rm(cwd, { recursive: true });
  }
}
