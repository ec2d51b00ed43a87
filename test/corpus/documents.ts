import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Paths of all files named `.pdf` in these folders and below, in order; of a file its own path, whatever its name.
 * @throws Error that says what to give instead, where there is none
 */
export async function findDocuments(places: readonly string[]): Promise<string[]> {
  if (places.length === 0) throw new Error('Say which folder of PDFs: npm run corpus -- FOLDER');
  const found = new Set<string>();
  let others = 0;
  for (const place of places)
    for (const path of await filesOf(place))
      if (path === place || /\.pdf$/i.test(path)) found.add(path);
      else others += 1;
  if (found.size > 0) return [...found].toSorted();
  throw new Error(`No file named .pdf in ${places.join(', ')}, or below; files of other names: ${others}.`);
}

async function filesOf(place: string): Promise<string[]> {
  try {
    if (!(await stat(place)).isDirectory()) return [place];
    const entries = await readdir(place, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map(({ parentPath, name }) => join(parentPath, name));
  } catch (error) {
    const { code, path = place } = error as NodeJS.ErrnoException;
    const why = { ENOENT: 'there is no such folder', EACCES: 'it may not be read' }[code ?? ''];
    throw new Error(`${path}: ${why ?? (error as Error).message}.`, { cause: error });
  }
}
