import { isOutOfMemory } from '../../source/out-of-memory.ts';
import type { PassInput } from '../../model/step.ts';
import { openReadable } from '../open-readable.ts';
import { AnnotationReader } from '../text/annotation-reader.ts';
import { openReader, type TextReader } from '../text/reader.ts';
import type { Run } from '../text/text-run.ts';

/** The text that pages have already; none where it cannot be read. @param page zero-based */
export interface PageTexts {
  /** Of their own. */
  read(source: number, page: number): Promise<readonly Run[]>;
  /** What their annotations show, which is on the picture of a page as well. */
  shown(source: number, page: number): Promise<readonly Run[]>;
}

interface Reading {
  reader: TextReader;
  annotations: AnnotationReader;
}

/** Opens documents when they are asked for, one at a time: each takes memory for itself. */
export function openPageTexts(sources: PassInput['sources'], maxPages: number): PageTexts {
  let open: { source: number; reading: Promise<Reading> } | undefined;

  async function readingOf(source: number): Promise<Reading> {
    if (open?.source === source) return open.reading;
    const before = open;
    const reading = openReadable(sources[source]!, openReader, maxPages).then(({ opened, bytes }) => ({
      reader: opened,
      annotations: new AnnotationReader(bytes, opened.pages),
    }));
    open = { source, reading };
    // It is heard below, after the other is closed.
    reading.catch(() => {});
    // Of the one before nobody wants to know any more whether it could be opened.
    await before?.reading.then(
      ({ reader }) => reader.close(),
      () => {},
    );
    return reading;
  }

  async function ask(
    source: number,
    work: (reading: Reading) => Promise<readonly Run[]>,
  ): Promise<readonly Run[]> {
    try {
      return await work(await readingOf(source));
    } catch (error) {
      if (isOutOfMemory(error)) throw error;
      return [];
    }
  }

  return {
    read: (source, page) => ask(source, async ({ reader }) => (await reader.read(page)).runs),
    shown: (source, page) => ask(source, ({ annotations }) => annotations.read(page, () => {})),
  };
}
