import type { OnProgress } from '../model/pass.ts';
import { loadSource, type Source } from '../source/load.ts';
import type { PassInput } from '../model/step.ts';

/** Loads the documents of a pass, one after the other: each takes a core and memory for itself. @throws AppError as `loadSource` */
export async function loadSources({ sources, maxPages }: PassInput, report: OnProgress): Promise<Source[]> {
  const total = sources.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const loaded: Source[] = [];
  let before = 0;
  for (const { bytes } of sources) {
    loaded.push(
      await loadSource(bytes, (done) => report({ phase: 'load', done: before + done, total }), maxPages),
    );
    before += bytes.length;
  }
  report({ phase: 'load', done: total, total });
  return loaded;
}
