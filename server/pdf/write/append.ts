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
  { bytes, context, xref }: Source,
  index: number,
  sink: OutputSink,
  report: (done: number, total: number) => void,
): Promise<number> {
  await sink.copySource(index);
  const changes = draft.changes();
  if (changes.length === 0 || !xref) return bytes.length;
  const out = new Output(sink, bytes.length);
  out.push('\n');
  const size = Math.max(xref.size, context.largestObjectNumber + 1);
  const previous = { start: xref.start, size };
  await writeObjects(out, changes, xref.kind, { root, info, id, previous }, report);
  return out.offset;
}
