import type { EditedDocument } from '../model/edited.ts';
import type { OutputSink } from '../model/sink.ts';
import { reachable } from '../edit/reachable.ts';
import { Output } from './output.ts';
import { writeObjects } from './write-objects.ts';

/**
 * The whole document anew, only what is reachable, in object streams: for sources that are damaged or were encrypted,
 * for documents put together from pages, and where what was removed must really go.
 * @returns its length in bytes
 */
export async function writeFull(
  { draft, root, info, id, version, objectStreams }: EditedDocument,
  sink: OutputSink,
  report: (done: number, total: number) => void,
): Promise<number> {
  const missing = new Set<number>();
  const found = reachable(info ? [root, info] : [root], (ref) => {
    const object = draft.resolve(ref);
    if (!object) missing.add(ref.objectNumber);
    return object;
  });
  const objects = [...found].toSorted(([a], [b]) => a.objectNumber - b.objectNumber);
  const kind = objectStreams ? 'stream' : 'table';
  const out = new Output(sink);
  // The second line tells that the file is binary (ISO 32000-1, 7.5.2).
  out.push(`%PDF-${objectStreams && version < '1.5' ? '1.5' : version}\n%\xe2\xe3\xcf\xd3\n`);
  await writeObjects(out, objects, kind, { root, info, id, missing }, report);
  return out.offset;
}
