import { filtersOf } from '../../source/filters.ts';
import { isImage } from './image.ts';
import type { Stream } from './page-streams.ts';
import type { Cost } from '../../model/pass.ts';
import type { SourceFacts } from '../../model/facts.ts';

/* Measured on two shared cores, milliseconds. */
const loadPerObject = 0.035;
const loadPerMegabyte = 1;
const writePerObject = 0.013;
const writePerMegabyte = 2;
const perStream = 0.04;
const packPerMegabyte = 90;
const recodePerMegabyte = 40;

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
  const filters = filtersOf(stream.dict);
  const isPacked = filters && filters.firm.length === 0;
  const perMegabyte = recodes && isImage(stream) ? recodePerMegabyte : isPacked ? packPerMegabyte : 0;
  return perStream + (stream.getContents().length / 1e6) * perMegabyte;
}
