import { cutToBytes, mostNameBytes } from './safe-names.ts';
import type { Origin, PageRun, VirtualDocument, VirtualPage } from '../model/document.ts';

/** Tells which pages of the job's inputs a document of this pass is made of. @param sources of the pass; without origins they are the inputs */
export function tracer(
  sources: readonly { origin?: Origin | undefined }[],
): (document: VirtualDocument) => Origin {
  const known = sources.map(({ origin }) => origin && listRuns(origin.runs));
  const trace = ({ source, page, blank }: VirtualPage): InputPage => {
    if (blank) return nowhere;
    const pages = known[source];
    return pages ? (pages[page] ?? nowhere) : [source, page];
  };
  return ({ pages, part }) => ({
    runs: runsOf(pages.map(trace)),
    ...(part && { part: { ...part, title: part.title && cutToBytes(plain(part.title), mostNameBytes) } }),
  });
}

/** Without soft hyphens, bullets of private use and the like: it will be a name, and be drawn. */
function plain(title: string): string {
  return title.replace(/[\u00AD\p{Co}\p{Cn}]/gu, '').trim();
}

/** A page of one of the job's inputs, both zero-based. */
type InputPage = readonly [input: number, page: number];

/** A page that was empty from the beginning. */
const nowhere: InputPage = [-1, 0];

function listRuns(runs: readonly PageRun[]): InputPage[] {
  return runs.flatMap(([input, first, last]) => {
    const step = Math.sign(last - first);
    return Array.from(
      { length: Math.abs(last - first) + 1 },
      (_, index) => [input, first + step * index] as const,
    );
  });
}

function runsOf(pages: readonly InputPage[]): PageRun[] {
  const runs: [input: number, first: number, last: number][] = [];
  for (const [input, page] of pages) {
    const run = runs.at(-1);
    if (run && goesOn(run, input, page)) run[2] = page;
    else runs.push([input, page, page]);
  }
  return runs;
}

function goesOn([own, first, last]: PageRun, input: number, page: number): boolean {
  const step = page - last;
  return own === input && Math.abs(step) === 1 && (first === last || step === Math.sign(last - first));
}
