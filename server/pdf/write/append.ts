import type { Edited } from '../edit/edit.ts';
import { Output } from './output.ts';
import type { OutputSink } from '../model/sink.ts';
import { writeObjects } from './write-objects.ts';

/**
 * The source's bytes as they are, and after them what changed. For a clean source of which every page stays.
 * @returns the length of the whole in bytes
 * @param index of the source among the inputs
 */
export async function writeAppend(
  { source, draft, info, id }: Edited,
  index: number,
  sink: OutputSink,
  report: (done: number, total: number) => void,
): Promise<number> {
  await sink.copySource(index);
  const changes = draft.changes();
  if (changes.length === 0 || !source.xref) return source.bytes.length;
  const out = new Output(sink, source.bytes.length);
  out.push('\n');
  const { kind, start } = source.xref;
  const size = draft.context.largestObjectNumber + 1;
  await writeObjects(
    out,
    changes,
    kind,
    { root: source.trailer.root, info, id, size, previous: start },
    report,
  );
  return out.offset;
}
