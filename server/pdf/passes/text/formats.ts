import type { Line } from './layout.ts';
import type { PageText } from './page-text.ts';
import { markdown } from './markdown.ts';
import { paragraphsOf } from './paragraphs.ts';

export interface TextFormat {
  extension: string;
  mediaType: string;
  /** Milliseconds of writing a page, measured on two shared cores. */
  msPerPage: number;
  /** How often it goes through the pages. */
  readings: number;
  write(pages: () => AsyncIterable<PageText>): AsyncIterable<string>;
}

export const formats: Record<string, TextFormat> = {
  TXT: {
    extension: 'txt',
    mediaType: 'text/plain; charset=utf-8',
    msPerPage: 0.2,
    readings: 1,
    async *write(pages) {
      let separator = '';
      for await (const { lines } of pages()) {
        const paragraphs = paragraphsOf(lines).map((paragraph) => textOf(paragraph.lines));
        yield `${separator}${paragraphs.join('\n\n')}\n`;
        separator = '\f';
      }
    },
  },
  MARKDOWN: { extension: 'md', mediaType: 'text/markdown', msPerPage: 0.3, readings: 2, write: markdown },
  JSON: {
    extension: 'json',
    mediaType: 'application/json',
    msPerPage: 1.4,
    readings: 1,
    async *write(pages) {
      let separator = '{"pages":[\n';
      for await (const { lines, page, width, height, rotation } of pages()) {
        const words = lines.flatMap((line) => line.words);
        yield separator + JSON.stringify({ page, width, height, rotation, text: textOf(lines), words });
        separator = ',\n';
      }
      yield '\n]}\n';
    },
  },
};

function textOf(lines: readonly Line[]): string {
  return lines.map(({ text }) => text).join('\n');
}
