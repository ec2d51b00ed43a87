import { describeLosses } from '../../write/describe-losses.ts';
import { loadSource, type Source } from '../../source/load.ts';
import { memorySink } from '../../write/memory-sink.ts';
import { wholeSource, writeDocument } from '../../write/write-document.ts';
import type { PlannedDocument } from '../../model/document.ts';
import type { Fixed } from '../../model/pass.ts';

/** A source whose page tree is in order. */
export interface Mended {
  source: Source;
  /** Not the one that was asked for, but put together anew. */
  anew: boolean;
  /** What got lost of it, in sentences. */
  losses: readonly string[];
}

/** Puts a source together anew where pages are missing, or where its page tree holds one twice. */
export async function mend(
  document: PlannedDocument,
  sources: readonly Source[],
  names: readonly string[],
  fixed: Fixed,
): Promise<Mended> {
  const source = wholeSource(document, sources);
  if (source) return { source, anew: false, losses: [] };
  const sink = memorySink(sources);
  const patches = document.pages.map(() => ({}));
  const untouched = {
    patches,
    pictures: new Map(),
    edits: [],
    index: 0,
    fixed,
  };
  const written = await writeDocument({ document, sources, names, ...untouched }, sink, () => {});
  const anew = await loadSource(sink.bytes(), () => {}, document.pages.length);
  return { source: anew, anew: true, losses: describeLosses([written]) };
}
