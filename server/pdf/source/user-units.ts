import { loadSource } from './load.ts';
import { mentions } from './mentions.ts';
import { userUnit } from './page-view.ts';

/**
 * Points of a unit of each page's content; none where all have the usual one. For what draws with PDFium, which does
 * not know. A file that does not say the word is not parsed for it.
 * @throws AppError as {@link loadSource}
 */
export async function userUnits(bytes: Buffer, maxPages: number): Promise<readonly number[]> {
  if (!mentions(bytes, (part) => part.includes('UserUnit'))) return [];
  const { pages } = await loadSource(bytes, () => {}, maxPages);
  const units = pages.map(userUnit);
  return units.every((unit) => unit === 1) ? [] : units;
}
