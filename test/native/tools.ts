import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'octavo-native-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

let files = 0;

/** Where a tool may write; gone when the test file has ended. */
export function scratch(): string {
  files += 1;
  return join(folder, `${files}.pdf`);
}

/** Where these bytes are on disk, for the tools. */
export async function onDisk(bytes: Uint8Array): Promise<string> {
  const path = scratch();
  await writeFile(path, bytes);
  return path;
}

/** Their yardsticks on the largest manual take a tenth of it. */
const patienceMs = 120_000;

/** What a tool writes to its standard output. @throws where it ends with another code than 0, or not in time */
export async function run(tool: string, ...args: string[]): Promise<Buffer> {
  const { stdout } = await exec(tool, args, { encoding: 'buffer', maxBuffer: 1 << 30, timeout: patienceMs });
  return stdout;
}

/** What `qpdf --check` finds: 0 nothing, 3 warnings, 2 errors. */
export async function check(path: string): Promise<{ code: number; words: string }> {
  try {
    return { code: 0, words: (await run('qpdf', '--check', path)).toString() };
  } catch (error) {
    const { code, stderr } = error as { code: number | null; stderr: Buffer };
    return { code: code ?? 2, words: String(stderr) };
  }
}

/** A digest of how a page (one-based) looks: small, in grey. */
export async function render(path: string, page: number): Promise<string> {
  const n = String(page);
  const picture = await run('pdftoppm', '-r', '40', '-gray', '-f', n, '-l', n, path);
  return createHash('sha256').update(picture).digest('hex');
}

/** The text of a page (one-based), as another reader than the one that renders finds it. */
export async function textOf(path: string, page: number): Promise<string> {
  return (await run('mutool', 'draw', '-q', '-F', 'text', '-o', '-', path, String(page))).toString();
}

/** Milliseconds that it took. */
export async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const start = performance.now();
  const value = await work();
  return { value, ms: performance.now() - start };
}
