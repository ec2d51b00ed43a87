import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newId } from '../id.ts';

const web = fileURLToPath(new URL('../../web', import.meta.url));
const dist = join(web, 'dist');

/** The folder of the last build, which is whole and stays as it is; undefined where there is none. */
export async function builtPage(builds = dist): Promise<string | undefined> {
  try {
    return join(builds, await readFile(join(builds, pointer), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Builds the page where a source is newer than the last build, as after a checkout or an update. An image without the
 * build tools serves the page that it was made with.
 */
export async function buildPageIfStale(tell: (message: string) => void): Promise<void> {
  const built = await stat(join(dist, pointer)).catch(() => undefined);
  if (built && (await newestSource()) <= built.mtimeMs) return;
  const vite = await import('vite').catch(() => undefined);
  if (!vite) return;
  tell('Building the page …');
  await buildPage();
}

/** Builds the page beside the one that is there. Whoever builds at the same time does no harm: the last one counts. */
export async function buildPage(builds = dist): Promise<void> {
  const { build } = await import('vite');
  const name = newId();
  await build({
    root: web,
    configFile: join(web, 'vite.config.ts'),
    // Bundling it would leave a file that `node --watch` sees come and go, and restarts for.
    configLoader: 'native',
    logLevel: 'error',
    build: { outDir: join(builds, name), emptyOutDir: false },
  });
  const next = join(builds, `${pointer}-${name}`);
  await writeFile(next, name);
  await rename(next, join(builds, pointer));
  await removeOld(builds, name);
}

/** A file that names the folder. It is replaced by a rename, so that no reader meets half of a build. */
const pointer = 'current';

/** What is younger may be in the making, or just being read by a process that starts. */
const staleMs = 3_600_000;

async function removeOld(builds: string, name: string): Promise<void> {
  for (const entry of await readdir(builds)) {
    const path = join(builds, entry);
    const found = entry === pointer || entry === name ? undefined : await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > staleMs) await rm(path, { recursive: true, force: true });
  }
}

async function newestSource(): Promise<number> {
  const entries = await readdir(web, { recursive: true, withFileTypes: true });
  const sources = entries.filter((entry) => entry.isFile() && !entry.parentPath.startsWith(dist));
  const times = await Promise.all(
    sources.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs),
  );
  return Math.max(0, ...times);
}
