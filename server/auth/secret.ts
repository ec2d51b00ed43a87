import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The secret of a set-up without configuration: made on the first run, kept in DATA_DIR for its owner's eyes only. */
export async function readOrCreateSecret(dataDir: string): Promise<string> {
  const path = pathIn(dataDir);
  // A link appears whole or not at all, and only one of two that start together makes it; both then read the same.
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, randomBytes(32).toString('base64url'), { mode: 0o600 });
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft);
  return readFile(path, 'utf8');
}

/** Undefined where no server has made one. */
export async function readSecret(dataDir: string): Promise<string | undefined> {
  try {
    return await readFile(pathIn(dataDir), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'auth-secret');
}
