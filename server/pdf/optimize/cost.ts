import type { Cost } from '../cost.ts';
import type { SourceFacts } from '../read/facts.ts';
import { filtersOf } from './filters.ts';
import { isImage } from './image.ts';
import type { Stream } from './streams.ts';

/* Measured on two shared cores, milliseconds. */
const loadPerObject = 0.04;
const loadPerMegabyte = 0.4;
const writePerObject = 0.03;
const writePerMegabyte = 2;
const perStream = 0.1;
const packPerMegabyte = 250;
const recodePerMegabyte = 150;

/** Expected of a pass. @param pages the streams of each. @param recodes images are coded anew */
export function costOf(
  facts: readonly SourceFacts[],
  pages: readonly (readonly Stream[])[],
  recodes: boolean,
): Cost {
  const objects = facts.reduce((sum, source) => sum + source.objects, 0);
  const megabytes = facts.reduce((sum, source) => sum + source.bytes, 0) / 1e6;
  const work = pages.flat().reduce((sum, stream) => sum + shrinking(stream, recodes), 0);
  return {
    load: 5 + objects * loadPerObject + megabytes * loadPerMegabyte,
    perPage: work / pages.length,
    write: 5 + objects * writePerObject + megabytes * writePerMegabyte,
  };
}

function shrinking({ stream }: Stream, recodes: boolean): number {
  const megabytes = stream.getContents().length / 1e6;
  const filters = filtersOf(stream.dict);
  const isPacked = filters && filters.firm.length === 0;
  const recoding = recodes && isImage(stream) ? recodePerMegabyte : 0;
  return perStream + megabytes * ((isPacked ? packPerMegabyte : 0) + recoding);
}
