import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { deserialize } from 'node:v8';
import type { Reader, Seen } from './reader.ts';

/** Some files keep a reader busy for ever. */
const patienceMs = 60_000;

/** Reads with what npm has installed: no damaged files, and slower. In a process each time: a file may break it. */
export const npmReader: Reader = {
  name: 'qpdf, PDFium and pdf.js as npm has them, which cannot read damaged files',
  async look(path, pages = []) {
    const unread: Seen = {
      code: 2,
      words: 'unreadable',
      structures: undefined,
      drawings: 0,
      pages: new Map(),
    };
    return ((await ask('look', path, ...pages.map(String))) as Seen | undefined) ?? unread;
  },
  drawingsOfFirst: async (path) => (await ask('first', path)) as number | undefined,
};

/** Undefined where there is no answer. */
async function ask(...args: string[]): Promise<unknown> {
  const program = fileURLToPath(new URL('npm-read.ts', import.meta.url));
  const options = { encoding: 'buffer', maxBuffer: 1 << 30, timeout: patienceMs } as const;
  try {
    return deserialize((await promisify(execFile)(process.execPath, [program, ...args], options)).stdout);
  } catch {
    return undefined;
  }
}
