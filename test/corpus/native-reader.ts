import { rm } from 'node:fs/promises';
import { readObjects, structuresOf } from '../native/structures.ts';
import { check, run, scratch, textOf } from '../native/tools.ts';
import { type Picture, readPgm } from './picture.ts';
import { countDrawings, firstOf, longestSide, type PageSeen, type Reader, sample } from './reader.ts';

/** Reads with the tools of the system; undefined where one of them is not installed. */
export async function findNativeReader(): Promise<Reader | undefined> {
  try {
    await run('pdftoppm', '-v');
    await run('mutool', '-v');
    const [name] = (await run('qpdf', '--version')).toString().split('\n');
    return { name: `${name}, poppler and MuPDF`, look, drawingsOfFirst };
  } catch {
    return undefined;
  }
}

const look: Reader['look'] = async (path, pages) => {
  const { code, words } = await check(path);
  const objects = await readObjects(path).catch(() => undefined);
  const structures = objects && structuresOf(objects);
  const seen = new Map<number, PageSeen>();
  for (const page of pages ?? sample(structures)) seen.set(page, await lookAtPage(path, page));
  return { code, words, structures, drawings: countDrawings(objects ?? {}), pages: seen };
};

async function lookAtPage(path: string, page: number): Promise<PageSeen> {
  const n = String(page);
  const drawn = ['-scale-to', String(longestSide), '-cropbox', '-gray', '-f', n, '-l', n, path];
  const [picture, text] = await Promise.all([
    run('pdftoppm', ...drawn).then(readDrawn, () => undefined),
    textOf(path, page).catch(() => undefined),
  ]);
  return { picture, text };
}

/** Of a page that it cannot find poppler draws one pixel. */
function readDrawn(bytes: Buffer): Picture | undefined {
  const picture = readPgm(bytes);
  return picture.data.length > 1 ? picture : undefined;
}

const drawingsOfFirst: Reader['drawingsOfFirst'] = async (path) => {
  const first = scratch();
  try {
    await run('qpdf', '--warning-exit-0', ...firstOf(path, first));
    return countDrawings(await readObjects(first));
  } catch {
    return undefined;
  } finally {
    await rm(first, { force: true });
  }
};
