import type { Source } from '../../source/load.ts';
import { mend } from './mend.ts';
import { nowhere, placeImages } from './placements.ts';
import { type Stream, streamsByPage } from './page-streams.ts';
import { tidy } from './tidy.ts';
import type { PlannedDocument } from '../../model/document.ts';
import type { Fixed } from '../../model/pass.ts';
import type { Draft } from '../../model/edited.ts';

/** A document that is to become smaller. */
export interface Work {
  result: PlannedDocument['result'];
  /** Among the inputs. */
  index: number;
  /** Of the input. */
  bytes: number;
  source: Source;
  /** The source is not the input, but put together anew of it. */
  anew: boolean;
  /** What of the input got lost already, in sentences. */
  losses: readonly string[];
  draft: Draft;
  pages: readonly (readonly Stream[])[];
  fixed: Fixed;
}

/** @param recodes images may be changed: it is looked up where they are drawn */
export async function openWork(
  document: PlannedDocument,
  index: number,
  { sources, names, fixed }: { sources: readonly Source[]; names: readonly string[]; fixed: Fixed },
  recodes: boolean,
): Promise<Work> {
  const { source, anew, losses } = await mend(document, sources, names, fixed);
  const draft = tidy(source);
  const pages = streamsByPage(source, draft, recodes ? placeImages(source, draft) : nowhere);
  const own = { ...fixed, id: `${fixed.id}:${index}` };
  const { bytes } = sources[index]!.facts;
  const { result } = document;
  return { result, index, bytes, source, anew, losses, draft, pages, fixed: own };
}
