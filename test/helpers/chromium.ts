import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createBrotliDecompress } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';

/**
 * A headless Chromium, as root too, where none is installed: the one in @sparticuz/chromium, with the libraries and the
 * font it brings (Open Sans: no arrows, no check marks). That package serves Linux on x64 only; elsewhere it is the installed Chrome. Playwright gives it a new
 * profile, and its web security stays on, which the package's own flags would switch off.
 */
export async function launchChromium(): Promise<Browser> {
  const args = ['--disable-gpu', '--disable-quic', '--no-pings', '--font-render-hinting=none'];
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return chromium.launch({ channel: 'chrome', args });
  const folder = await unpackOnce();
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    // As root it would refuse to start with its sandbox.
    chromiumSandbox: false,
    args,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
      XDG_CACHE_HOME: folder,
    },
  });
}

/** 210 MB, which takes some seconds: kept beside the packages, whole or not at all. */
async function unpackOnce(): Promise<string> {
  const bin = fileURLToPath(new URL('../bin/', import.meta.resolve('@sparticuz/chromium')));
  const { version } = JSON.parse(await readFile(join(bin, '../package.json'), 'utf8')) as { version: string };
  const folder = fileURLToPath(new URL(`../../node_modules/.cache/chromium-${version}`, import.meta.url));
  if (await exists(folder)) return folder;

  const draft = `${folder}.${process.pid}`;
  try {
    await mkdir(draft, { recursive: true });
    await Promise.all([
      unpack(join(bin, 'chromium.br'), createWriteStream(join(draft, 'chromium'))),
      // lib/: NSS and what belongs to it, which a bare Debian lacks.
      untar(join(bin, 'al2023.tar.br'), draft),
      untar(join(bin, 'fonts.tar.br'), draft),
    ]);
    await chmod(join(draft, 'chromium'), 0o755);
    // The package's own names folders of AWS Lambda.
    await writeFile(
      join(draft, 'fonts.conf'),
      '<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>',
    );
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another test file was as quick.
    if (!(await exists(folder)))
      throw new Error(`Chromium could not be unpacked to ${folder}: ${(error as Error).message}`, {
        cause: error,
      });
  }
  return folder;
}

async function unpack(archive: string, target: Writable) {
  await pipeline(createReadStream(archive), createBrotliDecompress({ chunkSize: 1 << 20 }), target);
}

async function untar(archive: string, folder: string) {
  const tar = spawn('tar', ['-x', '--no-same-owner', '-C', folder], { stdio: ['pipe', 'ignore', 'inherit'] });
  const exited = once(tar, 'exit');
  // It may leave before it has read the padding at the end; whether all is there its exit code tells.
  await unpack(archive, tar.stdin).catch(() => {});
  const [code] = await exited;
  if (code !== 0) throw new Error(`tar ended with ${code} on ${archive}`);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
