import type { EditedDocument } from '../model/edited.ts';
import type { OutputSink } from '../model/sink.ts';
import type { Source } from '../source/load.ts';
import { Output } from './output.ts';
import { writeObjects } from './write-objects.ts';

/**
 * The source's bytes as they are, and after them what changed. For a clean source of which every page stays.
 * @returns the length of the whole in bytes
 * @param index of the source among the inputs
 */
export async function writeAppend(
  { draft, root, info, id }: EditedDocument,
  { bytes, xref }: Source,
  index: number,
  sink: OutputSink,
  report: (done: number, total: number) => void,
): Promise<number> {
  await sink.copySource(index);
  const changes = draft.changes();
  if (changes.length === 0 || !xref) return bytes.length;
  const out = new Output(sink, bytes.length);
  out.push('\n');
  const size = draft.context.largestObjectNumber + 1;
  await writeObjects(out, changes, xref.kind, { root, info, id, size, previous: xref.start }, report);
  return out.offset;
}
