import { hash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { AppError } from '../errors.ts';
import { builtPage } from './build-page.ts';
import { pagePolicy } from './restrictions.ts';
import { type Content, partsOf } from './send.ts';

/** What the page has at a path. @throws AppError NOT_FOUND where that is nothing, for a program */
export type Page = (request: IncomingMessage, pathname: string) => Content;

/**
 * Reads the built page into memory, some 4 MB: nothing is opened for a visitor, and a later build takes nothing away.
 */
export async function createStatic(folder?: string): Promise<Page> {
  const built = folder ?? (await builtPage());
  if (!built)
    return () => {
      throw new AppError('NOT_FOUND', 'The page is not built on this server: npm run build.');
    };
  const files = await readFiles(built);
  const own = JSON.parse(String(files.get(pathsFile)?.at(-1)?.bytes)) as string[];
  files.delete(pathsFile);
  const paths = own.map((source) => new RegExp(source));

  function fileAt(path: string, request: IncomingMessage): Content | undefined {
    const form = files.get(path)?.find(({ coding }) => !coding || takes(request, coding));
    if (!form) return undefined;
    const { bytes, etag, coding } = form;
    return {
      bytes: bytes.length,
      etag,
      headers: {
        'content-type': mediaTypes[extname(path)] ?? 'application/octet-stream',
        // Vite puts a hash of the content into these names.
        'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
        'content-security-policy': pagePolicy,
        vary: 'accept-encoding',
        ...(coding && { 'content-encoding': coding }),
      },
      read: (range) => partsOf(bytes, range),
    };
  }

  return (request, pathname) => {
    const found = fileAt(paths.some((path) => path.test(pathname)) ? '/index.html' : pathname, request);
    if (found) return found;
    // A person gets the page, which says so and leads back. A script would take its text for code.
    const page = request.headers.accept?.includes('text/html') ? fileAt('/index.html', request) : undefined;
    if (!page) throw new AppError('NOT_FOUND', 'There is nothing at this address.');
    return { ...page, notFound: true };
  };
}

/** The addresses of web/paths.ts, as the build has written them down. */
const pathsFile = '/paths.json';

/** A file as it is, or compressed. */
interface Form {
  coding: string | undefined;
  bytes: Buffer;
  etag: string;
}

/** The forms of each file by its path, the smallest first. */
async function readFiles(folder: string): Promise<Map<string, Form[]>> {
  const files = new Map<string, Form[]>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const coding = codings[extname(file)];
    const name = coding ? file.slice(0, -extname(file).length) : file;
    const path = `/${relative(folder, name).split(sep).join('/')}`;
    const bytes = await readFile(file);
    const forms = [...(files.get(path) ?? []), { coding, bytes, etag: `"${hash('sha256', bytes)}"` }];
    files.set(
      path,
      forms.toSorted((a, b) => a.bytes.length - b.bytes.length),
    );
  }
  return files;
}

const codings: Record<string, string> = { '.br': 'br', '.gz': 'gzip' };

/** RFC 9110, section 12.5.3; of those that a client takes the choice is ours. */
function takes({ headers }: IncomingMessage, coding: string): boolean {
  return String(headers['accept-encoding'] ?? '')
    .split(',')
    .some((one) => one.split(';')[0]!.trim() === coding && !/;\s*q=0(\.0*)?\s*$/.test(one));
}

const mediaTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
