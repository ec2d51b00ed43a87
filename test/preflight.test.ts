import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';

const preflight = new URL('../server/preflight.js', import.meta.url).href;

describe('preflight', () => {
  let folder: string;
  let main: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'octavo-preflight-'));
    main = join(folder, 'main.mjs');
    await writeFile(main, `console.log('main was loaded');`);
  });
  after(() => rm(folder, { recursive: true }));

  test('lets this Node pass without a word', () => {
    const { status, stdout, stderr } = run(process.execPath, ['--import', preflight, main]);
    assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: 'main was loaded\n', stderr: '' });
  });

  test('stops an older Node before anything else is loaded, and says what to type', () => {
    const older = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'25.9.9'})`;
    assertRefusal(run(process.execPath, ['--import', older, '--import', preflight, main]));
  });

  const old = findOldNode();
  test('is understood by an old Node', { skip: old ? false : 'no Node from 20 to 25 on the PATH' }, () => {
    assertRefusal(run(old as string, ['--import', preflight, main]));
  });
});

function assertRefusal({ status, stdout, stderr }: ReturnType<typeof run>) {
  const [first, second] = stderr.split('\n');
  assert.match(first ?? '', /^Octavo needs Node 26 or later, and this is v/);
  assert.match(second ?? '', /`npm ci --include=optional`, then `npm start`/);
  assert.doesNotMatch(stderr, /^\s+at /m, 'no stack trace');
  assert.deepEqual({ status, stdout }, { status: 1, stdout: '' });
}

function run(node: string, args: string[]) {
  return spawnSync(node, args, { encoding: 'utf8', env: {} });
}

function findOldNode(): string | undefined {
  const nodes = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'));
  return nodes.find((node) => /^v2[0-5]\./.test(run(node, ['--version']).stdout ?? ''));
}
