import { deflateSync } from 'node:zlib';
import type { PDFStream } from 'pdf-lib';
import { nameAt } from '../../source/objects.ts';
import type { Change } from './changes.ts';
import { chunkFor, filtersOf, unpack } from '../../source/filters.ts';

/** What a dictionary may grow by; less is no gain. */
const leastGain = 32;

/** Packs a stream as tightly as Flate can; undefined where it is no smaller then. */
export function recompress(stream: PDFStream): Change | undefined {
  const filters = filtersOf(stream.dict);
  // Programs that know no PDF look for XMP packets, and PDF/A-1 wants them plain.
  if (!filters || nameAt(stream.dict, 'Type') === 'Metadata') return undefined;
  const { loose, firm } = filters;
  const contents = stream.getContents();
  if (firm.length > 0 && loose.length === 0) return undefined;
  const unpacked = unpack(contents, loose);
  if (!unpacked) return undefined;
  const change: Change =
    firm.length > 0
      ? { way: 'unpacked', data: unpacked }
      : {
          way: 'deflated',
          data: deflateSync(unpacked, { level: 9, memLevel: 9, chunkSize: chunkFor(unpacked) }),
        };
  return change.data.length + leastGain <= contents.length ? change : undefined;
}
