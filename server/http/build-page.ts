import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('../../web', import.meta.url));
const built = join(web, 'dist', 'index.html');

/**
 * Builds the page where a source is newer than the last build, as after a checkout or an update. An image without the
 * build tools serves the page that it was made with.
 */
export async function buildPageIfStale(tell: (message: string) => void): Promise<void> {
  const builtAt = existsSync(built) ? (await stat(built)).mtimeMs : 0;
  if ((await newestSource()) <= builtAt) return;
  const vite = await import('vite').catch(() => undefined);
  if (!vite) return;
  tell('Building the page …');
  await vite.build({
    root: web,
    configFile: join(web, 'vite.config.ts'),
    // Bundling it would leave a file that `node --watch` sees come and go, and restarts for.
    configLoader: 'native',
    logLevel: 'error',
  });
}

async function newestSource(): Promise<number> {
  const entries = await readdir(web, { recursive: true, withFileTypes: true });
  const sources = entries.filter(
    (entry) => entry.isFile() && !entry.parentPath.startsWith(join(web, 'dist')),
  );
  const times = await Promise.all(
    sources.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs),
  );
  return Math.max(0, ...times);
}
