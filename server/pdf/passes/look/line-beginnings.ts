import type { Source } from '../../source/load.ts';
import { isOutOfMemory } from '../../source/out-of-memory.ts';
import { brokenPdf } from '../../source/refusals.ts';
import { openReadable } from '../open-readable.ts';
import { AnnotationReader } from '../text/annotation-reader.ts';
import { layOut, type Line } from '../text/layout.ts';
import { openReader, type TextReader } from '../text/reader.ts';
import type { Run } from '../text/text-run.ts';
import { foldText } from './fold-text.ts';
import { type Looker, lookPass } from './look-pass.ts';
import type { PassInput } from '../../model/step.ts';

/** Finds pages with a line that begins with a text; what is found is that line. */
export const openTextPass = lookPass((sources, input): Looker => {
  const wanted = foldText(String(input.calls[0]!.options.atText));
  let open: { source: number; reading: Promise<Reading> } | undefined;

  async function close(): Promise<void> {
    const closing = open?.reading;
    open = undefined;
    await closing?.then(
      ({ reader }) => reader.close(),
      () => {},
    );
  }

  return {
    async look(source, page, report) {
      if (open?.source !== source) {
        await close();
        open = { source, reading: openOne(sources[source]!, input.sources[source]!, input.maxPages) };
      }
      const { reader, annotations } = await open.reading;
      const { runs } = await reader.read(page);
      const shown = await annotations.read(page, report).catch((error: unknown): Run[] => {
        if (isOutOfMemory(error)) throw error;
        return [];
      });
      return lineBeginning(layOut([...runs, ...shown], false), wanted) ?? false;
    },
    rest: close,
  };
});

interface Reading {
  reader: TextReader;
  annotations: AnnotationReader;
}

async function openOne(
  { pages }: Source,
  document: PassInput['sources'][number],
  maxPages: number,
): Promise<Reading> {
  const { opened, bytes } = await openReadable(
    document,
    async (bytes) => {
      const reader = await openReader(bytes);
      if (reader.pages === pages.length) return reader;
      await reader.close();
      // Written anew it has the pages that are counted here.
      throw brokenPdf();
    },
    maxPages,
  );
  return { reader: opened, annotations: new AnnotationReader(bytes, opened.pages) };
}

/** The line where a text begins, which may go on in the next ones; a number at its end is all of the number there. */
function lineBeginning(lines: readonly Pick<Line, 'text'>[], wanted: string): string | undefined {
  const folded = lines.map(({ text }) => foldText(text));
  const all = folded.join('');
  let at = 0;
  for (const [index, { text }] of lines.entries()) {
    const isCut = isNumber.test(wanted) && isNumber.test(all.charAt(at + wanted.length));
    if (!isCut && folded[index] !== '' && all.startsWith(wanted, at)) return text.slice(0, longest);
    at += folded[index]!.length;
  }
  return undefined;
}

const isNumber = /\d$/;
/** Of a line: it is a title. */
const longest = 200;
