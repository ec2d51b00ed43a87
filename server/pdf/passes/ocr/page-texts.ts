import { isOutOfMemory } from '../../source/out-of-memory.ts';
import type { PassInput } from '../../model/step.ts';
import { openReadable } from '../open-readable.ts';
import { openReader, type TextReader } from '../text/reader.ts';
import type { Run } from '../text/text-run.ts';

/** The text that pages have of their own, without what annotations show. */
export interface PageTexts {
  /** None where it cannot be read. @param page zero-based */
  read(source: number, page: number): Promise<readonly Run[]>;
}

/** Opens documents when they are asked for, one at a time: each takes memory for itself. */
export function openPageTexts(sources: PassInput['sources'], maxPages: number): PageTexts {
  let open: { source: number; reader: Promise<TextReader> } | undefined;

  async function readerOf(source: number): Promise<TextReader> {
    if (open?.source === source) return open.reader;
    const before = open;
    const opened = openReadable(sources[source]!, openReader, maxPages);
    open = { source, reader: opened.then(({ opened: reader }) => reader) };
    // It is heard below, after the other is closed.
    open.reader.catch(() => {});
    const { reader } = open;
    // Of the one before nobody wants to know any more whether it could be opened.
    await before?.reader.then(
      (one) => one.close(),
      () => {},
    );
    return reader;
  }

  return {
    async read(source, page) {
      try {
        const { runs } = await (await readerOf(source)).read(page);
        return runs;
      } catch (error) {
        if (isOutOfMemory(error)) throw error;
        return [];
      }
    },
  };
}
